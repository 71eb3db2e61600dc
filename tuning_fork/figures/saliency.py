"""Where in an image a network sees what it says: Grad-CAM."""

import numpy as np

from tuning_fork.networks.building import FEATURES
from tuning_fork.networks.heads import LAST, head_of
from tuning_fork.networks.quiet_tensorflow import keras, tf
from tuning_fork.tasks.task import Task


def grad_cam(network: keras.Model, task: Task, images: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return how much each place speaks for a class, from 0 to 1 an image: (n, side, side) for images (n, ...).

    `classes` (n,) are numbers of the task's classes. The features, weighted by the mean gradient of the class's output
    with respect to them; what is negative counts as 0 (Selvaraju et al. 2017, arXiv:1610.02391). Of a probability,
    log-odds are taken, which do not fade where the network is sure; those of the first class are the negative of the
    second's.
    """
    last = network.get_layer(LAST)
    parts = keras.Model(network.input, [network.get_layer(FEATURES).output, last.input])
    with tf.GradientTape() as tape:
        filters, before_last = parts(images, training=False)
        logits = tf.cast(before_last, last.compute_dtype) @ last.kernel + (last.bias if last.use_bias else 0.0)
        evidence = head_of(task).evidence(logits)
        asked = tf.gather(evidence, classes, axis=1, batch_dims=1)
    weights = tf.reduce_mean(tape.gradient(asked, filters), axis=(1, 2), keepdims=True)
    maps = tf.nn.relu(tf.reduce_sum(weights * filters, axis=-1, keepdims=True))
    maps /= tf.maximum(tf.reduce_max(maps, axis=(1, 2, 3), keepdims=True), 1e-12)
    return tf.image.resize(maps, images.shape[1:3])[..., 0].numpy()
