"""Training images turned, mirrored, zoomed and changed in contrast at random: the same for the same seed."""

import math

from tuning_fork.networks.quiet_tensorflow import keras, tf
from tuning_fork.params.augmentation import Augmentation


def augment(images: tf.Tensor, augmentation: Augmentation, seed: tf.Tensor) -> tf.Tensor:
    """Return a batch of images changed at random, each in its own way.

    `images`: (n, height, width, channels), pixels from 0 to 255; the result is float32 in the same range. `seed`: two
    integers that decide every choice. Turn, mirror, zoom and shift are one affine transform, so pixels are interpolated
    once; what comes from outside the image is its reflection. Contrast is as in Keras's RandomContrast: the distance of
    each pixel from its channel's mean is multiplied by the factor. Brightness multiplies all pixels of an image.
    """
    images = tf.cast(images, tf.float32)
    count = tf.shape(images)[0]
    turn, zoom, across, down, contrast = tf.unstack(tf.random.split(seed, 5))
    angle = _uniform(count, augmentation.rotation * 2 * math.pi, turn)
    scale = 1 + _uniform(count, augmentation.zoom, zoom)
    mirror_x, mirror_y = (_signs(count, axis) if augmentation.flip else tf.ones([count]) for axis in (across, down))
    transforms = _affine(angle, scale * mirror_x, scale * mirror_y, images.shape[1], images.shape[2])  # pyright: ignore[reportArgumentType]
    shift, brightness = tf.unstack(tf.random.split(tf.bitwise.invert(seed), 2))
    if augmentation.shift > 0:
        transforms += _shifts(count, augmentation.shift, images.shape[1], images.shape[2], shift)  # pyright: ignore[reportArgumentType]
    images = keras.ops.image.affine_transform(images, transforms, interpolation="bilinear", fill_mode="reflect")
    factor = 1 + _uniform(count, augmentation.contrast, contrast)[:, None, None, None]
    mean = tf.reduce_mean(images, axis=(1, 2), keepdims=True)
    images = (images - mean) * factor + mean
    if augmentation.brightness > 0:
        images *= 1 + _uniform(count, augmentation.brightness, brightness)[:, None, None, None]
    return tf.clip_by_value(images, 0, 255)


def _affine(angle: tf.Tensor, scale_x: tf.Tensor, scale_y: tf.Tensor, height: int, width: int) -> tf.Tensor:
    """Return (n, 8) transforms from output to input pixels about the centre: scaled by axis, then turned by `angle`."""
    xx, xy = scale_x * tf.cos(angle), -scale_y * tf.sin(angle)
    yx, yy = scale_x * tf.sin(angle), scale_y * tf.cos(angle)
    x, y = (width - 1) / 2, (height - 1) / 2
    zero = tf.zeros_like(angle)
    return tf.stack([xx, xy, x - xx * x - xy * y, yx, yy, y - yx * x - yy * y, zero, zero], axis=1)


def _shifts(count: tf.Tensor, share: float, height: int, width: int, seed: tf.Tensor) -> tf.Tensor:
    """Return what shifts add to (n, 8) transforms: up to a share of the sides, each its own."""
    across, down = tf.unstack(tf.random.split(seed, 2))
    x, y = _uniform(count, share * width, across), _uniform(count, share * height, down)
    nothing = tf.zeros_like(x)
    return tf.stack([nothing, nothing, x, nothing, nothing, y, nothing, nothing], axis=1)


def _uniform(count: tf.Tensor, limit: float, seed: tf.Tensor) -> tf.Tensor:
    """Return `count` numbers from -limit to limit."""
    return tf.random.stateless_uniform([count], seed, -limit, limit)  # pyright: ignore[reportArgumentType]


def _signs(count: tf.Tensor, seed: tf.Tensor) -> tf.Tensor:
    """Return `count` times 1 or -1, as likely."""
    return tf.cast(tf.random.stateless_uniform([count], seed, 0, 2, tf.int32) * 2 - 1, tf.float32)  # pyright: ignore[reportArgumentType]
