"""What a network sees in galaxies, in numbers: the means of its features over the image, and what goes with them."""

from collections.abc import Callable

import numpy as np

from tuning_fork.calibration.eight_views import BATCH
from tuning_fork.evaluation.answers import Answers
from tuning_fork.images.photometry import Light
from tuning_fork.networks.building import FEATURES
from tuning_fork.networks.quiet_tensorflow import compiled, keras, tf


def features_and_outputs(network: keras.Model) -> Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]:
    """Return what gives of cut-outs, uint8 (n, *shape), the means of the features, (n, d), and the outputs, (n, k)."""
    parts = keras.Model(network.input, [network.get_layer(FEATURES).output, network.output])
    targets = network.output_shape[1]

    def numbers(images: tf.Tensor) -> tf.Tensor:
        features, outputs = parts(images, training=False)
        pooled = tf.reduce_mean(tf.cast(features, tf.float32), axis=(1, 2))
        return tf.concat([pooled, tf.cast(outputs, tf.float32)], axis=1)

    look_at = compiled(numbers, tf.TensorSpec([None, *network.input_shape[1:]], tf.uint8))

    def run(images: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        found = look_at(images).numpy()
        return found[:, :-targets], found[:, -targets:].astype(float)

    return run


def described(answers: Answers) -> dict[str, np.ndarray]:
    """Return what is known of each of the n galaxies that were answered about, by its name.

    `features` (n, d); `shares` (n, classes) and `uncertainty` (n,), that of the predicted class; `outlier` (n,), how
    unlike the usual galaxies it is, above 1 as none in 1,000 of those is.
    """
    model = answers.model
    look = features_and_outputs(model.network)
    features, outlier = [], []
    for images, _ in answers.galaxies.batches(BATCH):
        features.append(look(images)[0])
        outlier.append(model.usual.distances(Light(images).appearance()) / model.usual.limit)
    winners = answers.shares.argmax(axis=1)
    return {
        "features": np.concatenate(features).astype(np.float16),
        "shares": answers.shares.astype(np.float32),
        "uncertainty": answers.uncertainty[np.arange(len(winners)), winners].astype(np.float32),
        "outlier": np.concatenate(outlier).astype(np.float32),
    }
