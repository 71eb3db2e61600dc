"""Parameters: how far training images are changed at random."""

from tuning_fork.core.checked_yaml import Section, Share, ShareBelowOne


class Augmentation(Section):
    """How far training images are changed at random."""

    rotation: Share
    flip: bool
    contrast: Share
    zoom: ShareBelowOne
    shift: Share
    brightness: Share
