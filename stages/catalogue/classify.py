"""Some images classified: a part of a catalogue.

In a module of its own, so that workers of a cluster find it by the same name.
"""

import threading
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from stages.catalogue.images import prepare
from stages.catalogue.sources import Source, printable
from stages.galaxies.cutouts import UnusableImageError
from stages.network.model_folder import load_model
from stages.network.trained_model import TrainedModel

Columns = dict[str, list]
"""Of a part of the catalogue, by name: as many values each as it has galaxies."""
LONGEST_NOTE = 120
_loading = threading.Lock()


def classify(folder: Path, views: int, sources: Sequence[Source]) -> Columns:
    """Classify images by the model in `folder`: a value an image in each column, in order.

    `name` and `file`; a probability, or share of the votes, for each class; `predicted_class`; `uncertainty`, of a
    probability that the class is another, of a share the half-width of its 68 % interval; `flags`, of unreadable,
    off_size (not 424x424 pixels) and unlike_training, joined by `;`; `note`, why it is unreadable. Nothing but names,
    flags and note is known of what is unreadable (None).
    """
    model = trained_model(folder)
    cutouts, rows, flags, notes = [], [], [], []
    for row, source in enumerate(sources):
        try:
            cutout, is_usual_size = prepare(source.read(), model.images)
        except (UnusableImageError, OSError, MemoryError, BadZipFile) as error:
            flags.append(["unreadable"])
            notes.append(printable(" ".join(str(error).split()) or type(error).__name__)[:LONGEST_NOTE])
            continue
        cutouts.append(cutout)
        rows.append(row)
        flags.append([] if is_usual_size else ["off_size"])
        notes.append("")
    names = model.task.classes
    columns: Columns = {key: [getattr(source, key) for source in sources] for key in ("name", "file")}
    columns |= {name: [None] * len(sources) for name in (*names, "predicted_class", "uncertainty")}
    if cutouts:
        outputs, distances = model.look(np.stack(cutouts), views)
        shares = model.shares(outputs, views)
        winners = shares.argmax(axis=1)
        uncertainty = model.uncertainty(shares, views)[np.arange(len(rows)), winners]
        for place, row in enumerate(rows):
            for name, share in zip(names, shares[place], strict=True):
                columns[name][row] = round(float(share), 6)
            columns["predicted_class"][row] = names[winners[place]]
            columns["uncertainty"][row] = round(float(uncertainty[place]), 6)
            if distances[place] > model.familiarity.limit:
                flags[row].append("unlike_training")
    return columns | {"flags": [";".join(one) for one in flags], "note": notes}


def trained_model(folder: Path) -> TrainedModel:
    """Return the model in `folder`, loaded once for all threads, and anew when it has changed."""
    with _loading:
        return _loaded(folder, tuple(path.stat().st_mtime_ns for path in sorted(folder.glob("*"))))


@lru_cache(maxsize=1)
def _loaded(folder: Path, changed: tuple[int, ...]) -> TrainedModel:
    return load_model(folder)
