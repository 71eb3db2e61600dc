"""A calibration of probabilities within the network: the outputs of the network itself are calibrated."""

import numpy as np

from tuning_fork.networks.heads import LAST, UNCALIBRATED
from tuning_fork.networks.quiet_tensorflow import keras


def with_calibration(network: keras.Model, a: float, b: float, c: float) -> keras.Model:
    """Return the network with two layers in place of the last, the second of which calibrates: see `Beta`.

    The first gives the logarithms of the probabilities of the second class and of the first, as they were.
    """
    last = network.get_layer(LAST)
    kernel, bias = last.get_weights()
    before = keras.layers.Dense(2, activation="log_sigmoid", dtype="float32", name=UNCALIBRATED)
    after = keras.layers.Dense(1, activation="sigmoid", dtype="float32", name=LAST)
    calibrated = keras.Model(network.input, after(before(last.input)), name=network.name)
    before.set_weights([np.hstack([kernel, -kernel]), np.hstack([bias, -bias])])
    after.set_weights([np.array([[a], [-b]]), np.array([c])])
    return calibrated


def with_temperature(network: keras.Model, temperature: float) -> keras.Model:
    """Return the network with two layers in place of the last, the second of which calibrates: see `Temperature`.

    The first gives the logarithms of the classes' probabilities as they were.
    """
    last = network.get_layer(LAST)
    classes = last.units
    before = keras.layers.Dense(classes, activation="log_softmax", dtype="float32", name=UNCALIBRATED)
    after = keras.layers.Dense(classes, activation="softmax", use_bias=False, dtype="float32", name=LAST)
    calibrated = keras.Model(network.input, after(before(last.input)), name=network.name)
    before.set_weights(last.get_weights())
    after.set_weights([np.eye(classes) / temperature])
    return calibrated


def without_calibration(network: keras.Model) -> keras.Model:
    """Return the part of a calibrated network that gives the logarithms of the probabilities before.

    Of one probability (n, 2), of classes (n, classes).
    """
    return keras.Model(network.input, network.get_layer(UNCALIBRATED).output)
