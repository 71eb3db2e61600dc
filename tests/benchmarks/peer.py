"""The study as people write it, to measure against: a Pillow loop, and a Keras model fitted on arrays in memory."""

import io
import zipfile
from pathlib import Path

import keras
import numpy as np
from PIL import Image

Arrays = tuple[np.ndarray, np.ndarray]
"""Images and targets."""


def crop_images(archive: Path, crop: int, size: int) -> np.ndarray:
    """Return the centres of all JPEGs of a zip, resized: uint8 (n, size, size, 3)."""
    images = []
    with zipfile.ZipFile(archive) as file:
        for name in file.namelist():
            if name.endswith(".jpg"):
                image = Image.open(io.BytesIO(file.read(name)))
                left, top = (image.width - crop) // 2, (image.height - crop) // 2
                image = image.crop((left, top, left + crop, top + crop)).resize((size, size))
                images.append(np.asarray(image))
    return np.array(images)


def build_network(shape: tuple[int, int, int], augment: bool) -> keras.Model:
    """Return the study's binary network for pixels from 0 to 1, with Keras's augmentation layers in front on demand."""
    layers = [keras.Input(shape)]
    if augment:
        layers += [
            keras.layers.RandomFlip("horizontal_and_vertical"),
            keras.layers.RandomRotation(1.0),
            keras.layers.RandomZoom(0.25),
            keras.layers.RandomContrast(0.5, value_range=(0, 1)),
        ]
    layers += [
        keras.layers.Conv2D(32, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(64, 3, activation="relu"),
        keras.layers.MaxPooling2D(),
        keras.layers.Conv2D(128, 3, activation="relu"),
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
    return keras.Sequential(layers)


def train(
    train: Arrays, validation: Arrays, network: keras.Model, epochs: int, curve: keras.callbacks.Callback
) -> None:
    """Train to the epoch with the best validation AUC; images are float32 from 0 to 1."""
    network.compile("adam", "binary_crossentropy", metrics=["accuracy", keras.metrics.AUC(name="auc")])
    best = keras.callbacks.EarlyStopping("val_auc", mode="max", patience=epochs, restore_best_weights=True)
    network.fit(*train, validation_data=validation, epochs=epochs, batch_size=32, callbacks=[best, curve], verbose=0)
