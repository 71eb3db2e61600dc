"""Weights averaged over the steps of a training, which are better than those of its last step."""

import keras


class AveragedWeights(keras.callbacks.SwapEMAWeights):
    """Puts the optimizer's averages into the network at the end of each epoch, and takes them out when the next begins.

    Among the callbacks it comes before those that keep weights. A training that goes on after `epochs_done` has the
    averages in its network.
    """

    def __init__(self, epochs_done: int) -> None:
        super().__init__(swap_on_epoch=True)
        self._ema_weights_in_model = epochs_done > 0
