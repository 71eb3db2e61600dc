"""The galaxies on which two runs differ: which of them to show, their pictures, and what both said of them."""

import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from PIL import Image

from tuning_fork.comparing.pairs import Pair
from tuning_fork.comparing.revisions import Revision
from tuning_fork.core.errors import UserError
from tuning_fork.core.zip_members import DAMAGE
from tuning_fork.evaluation.predictions import Predictions
from tuning_fork.pages.page import data_uri

SHOWN = 24
"""Galaxies of each kind that are shown, at most."""
SHARDS = "data/shards"


@dataclass(frozen=True)
class Said:
    """What a run said of a galaxy: its class, and the shares of all classes."""

    run: str
    """Its name, as far as it tells it from the other's."""
    predicted: str
    shares: tuple[float, ...]

    @property
    def share(self) -> float:
        """The share of its class."""
        return max(self.shares)


@dataclass(frozen=True)
class Galaxy:
    """A galaxy, its class by votes or label, and what both runs said of it."""

    name: str
    label: str
    said: tuple[Said, Said]


@dataclass(frozen=True)
class Group:
    """The galaxies of which `right` alone is right: how many there are, and some of them, the surest first."""

    right: str
    wrong: str
    number: int
    galaxies: tuple[Galaxy, ...]


def class_shares(run: Predictions) -> np.ndarray:
    """Return the share of each class by a run's outputs: (n, classes), 1 in sum.

    A single output is the probability of the second of two classes; of several, those of the classes come first.
    """
    classes = len(run.task.classes)
    if run.outputs.shape[1] < classes:
        return np.concatenate([1 - run.outputs, run.outputs], axis=1)
    shares = np.maximum(run.outputs[:, :classes], 0)
    total = shares.sum(axis=1, keepdims=True)
    return np.divide(shares, total, out=np.full_like(shares, 1 / classes), where=total > 0)


def told_apart(first: str, second: str) -> tuple[str, str]:
    """Return two names without the words, divided by hyphens, that both begin with: a caption has little room."""
    one, other = first.split("-"), second.split("-")
    while min(len(one), len(other)) > 1 and one[0] == other[0]:
        one, other = one[1:], other[1:]
    return "-".join(one), "-".join(other)


def disagreements(pair: Pair) -> tuple[Group, Group]:
    """Return the galaxies of which the first alone is right, and those of which the second is.

    Sure are those of which the one that is right gives their class the most more than the other.
    """
    first, second = pair.of_first, pair.of_second
    names = told_apart(pair.first, pair.second)
    shares = class_shares(first), class_shares(second)
    label = np.array([list(first.task.classes).index(name) for name in first.classes])
    rows = np.arange(len(label))
    more = shares[0][rows, label] - shares[1][rows, label]
    groups = []
    for right, wrong, is_so, lead in (
        (pair.first, pair.second, first.is_right & ~second.is_right, more),
        (pair.second, pair.first, second.is_right & ~first.is_right, -more),
    ):
        found = np.flatnonzero(is_so)
        chosen = found[np.argsort(-lead[found], kind="stable")][:SHOWN]
        galaxies = tuple(
            Galaxy(
                str(first.ids[row]),
                str(first.classes[row]),
                (
                    Said(names[0], str(first.predicted_classes[row]), tuple(shares[0][row].tolist())),
                    Said(names[1], str(second.predicted_classes[row]), tuple(shares[1][row].tolist())),
                ),
            )
            for row in chosen.tolist()
        )
        groups.append(Group(right, wrong, len(found), galaxies))
    return groups[0], groups[1]


def pictures(run: Revision, names: Iterable[str]) -> dict[str, str]:
    """Return the cut-outs of galaxies as the run's network saw them, each a PNG as a data URI, by name."""
    wanted, found = pd.Index(sorted(set(names))), {}
    for shard in sorted(path for path in run.listing(SHARDS) if path.endswith(".npz")):
        if len(found) == len(wanted):
            break
        try:
            with run.opened(shard) as file, zipfile.ZipFile(file) as archive:
                ids = pd.Index(_array(archive, "ids")).astype(str)
                if (rows := np.flatnonzero(ids.isin(wanted))).size:
                    images = _array(archive, "images")
                    found |= {ids[row]: _picture(images[row]) for row in rows.tolist()}
        except (KeyError, ValueError, *DAMAGE) as error:
            raise UserError(f"{shard} of {run.name}: is damaged ({error}): run `dvc repro crop`") from None
    for name in wanted.difference(list(found)):
        raise UserError(f"{SHARDS} of {run.name}: galaxy {name} is in none of them: run `dvc repro crop`")
    return found


def _array(archive: zipfile.ZipFile, name: str) -> np.ndarray:
    with archive.open(f"{name}.npy") as file:
        return np.lib.format.read_array(file)


def _picture(cutout: np.ndarray) -> str:
    """Return uint8 (side, side, channels) as the data URI of a PNG."""
    buffer = io.BytesIO()
    Image.fromarray(cutout if cutout.shape[-1] == 3 else cutout[..., 0]).save(buffer, "PNG", optimize=True)
    return data_uri(buffer.getvalue(), "image/png")
