"""Training as people write it, to measure against: a Keras model fitted on arrays in memory."""

import keras
import numpy as np

Arrays = tuple[np.ndarray, np.ndarray]
"""Images and targets."""


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
