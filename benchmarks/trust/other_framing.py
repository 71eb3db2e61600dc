"""What the network in data/model makes of other surveys' images, and what `--frame auto` gains on them.

FOLDER holds five-classes.zip (folders round, in between, cigar, edge-on, spiral), gz2.zip with gz2_hart16.csv (votes of
Galaxy Zoo 2) and field-guide.zip with field-guide.csv (examples of several telescopes). It prints accuracy and ROC AUC
of smooth against featured with 95 % bootstrap intervals, of images as they are and with the galaxy shrunk (a wider
frame, its margin the mirror image of the picture's) or enlarged (the picture's centre), by the whole frame and by the
measured one; and how many are flagged, and how many wrong among those that are sure and not flagged.
"""

import argparse
import io
from collections.abc import Callable
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
from PIL import Image
from sklearn.metrics import roc_auc_score
from tqdm import tqdm

from tuning_fork.calibration.model_folder import load_model
from tuning_fork.calibration.trained_model import TrainedModel
from tuning_fork.catalogue.classify import columns_of_prepared
from tuning_fork.core.errors import run
from tuning_fork.core.zip_members import read_member, zip_members
from tuning_fork.images.photometry import Light
from tuning_fork.images.preparing import Options, prepare

CLEAR = 0.7
"""Share of the votes above which a galaxy of Galaxy Zoo 2 is smooth or featured."""
SURE = 0.1
"""Uncertainty below which an answer would be believed."""
RESAMPLES = 1000


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    folder = parser.parse_args().folder
    model = load_model(Path("data/model"))
    rows = {}
    for name, archive, is_featured in (
        ("five classes", "five-classes.zip", five_classes()),
        ("Galaxy Zoo 2", "gz2.zip", votes(folder / "gz2_hart16.csv")),
        ("field guide", "field-guide.zip", answers(folder / "field-guide.csv")),
    ):
        pictures = {member.name: read_member(folder / archive, member) for member in zip_members(folder / archive)}
        known = {name: featured for name in pictures if (featured := is_featured(name)) is not None}
        for scale in (1.0, 0.5, 0.4, 1 / 0.604):
            images = [scaled(pictures[name], scale) for name in tqdm(known, name, disable=None)]
            for frame in (1.0, "auto"):
                rows[name, f"{scale:.2g}", str(frame)] = judged(model, images, np.array([*known.values()]), frame)
    print(pd.DataFrame(rows).T.rename_axis(["images", "galaxies enlarged", "frame"]).to_string())


def five_classes() -> Callable[[str], bool | None]:
    """Tell featured (edge-on, spiral) from smooth by the name of the folder."""
    return lambda name: None if name.endswith("/") else any(word in name.lower() for word in ("edge", "spiral"))


def votes(table: Path) -> Callable[[str], bool | None]:
    """Tell featured from smooth by the volunteers' clear votes; None of what is not clear."""
    shares = pd.read_csv(table, index_col="asset_id").filter(regex=r"t01_\w+_a0[12]_\w+_weighted_fraction")
    clear = shares[shares.max(axis=1) > CLEAR]
    featured = dict(zip(clear.index, clear.to_numpy().argmax(axis=1) == 1, strict=True))
    return lambda name: featured.get(int(Path(name).stem)) if Path(name).stem.isdigit() else None


def answers(table: Path) -> Callable[[str], bool | None]:
    """Tell featured from smooth by the expert's answer; None of artifacts."""
    known = pd.read_csv(table, index_col="file")["implied_top"].to_dict()
    return lambda name: {"featured": True, "smooth": False}.get(known.get(Path(name).name, ""))


def scaled(content: bytes, scale: float) -> bytes:
    """Return the picture, as PNG, in which the galaxy takes `scale` times as much of the frame."""
    pixels = np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))
    if scale < 1:
        margins = [(round(side * (1 / scale - 1) / 2),) * 2 for side in pixels.shape[:2]]
        pixels = np.pad(pixels, [*margins, (0, 0)], mode="reflect")
    elif scale > 1:
        height, width = (round(side * (1 - 1 / scale) / 2) for side in pixels.shape[:2])
        pixels = pixels[height : len(pixels) - height, width : pixels.shape[1] - width]
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG", compress_level=1)
    return buffer.getvalue()


def judged(
    model: TrainedModel, images: list[bytes], is_featured: np.ndarray, frame: float | Literal["auto"]
) -> dict[str, object]:
    """Return how well the network does on images, and how well it knows when it does not."""
    prepared = [prepare(one, model.images, Options(frame), model.usual.kron_radius) for one in images]
    found = columns_of_prepared(model, 1, prepared, Light(np.stack([one.cutout for one in prepared])))
    featured, uncertainty = np.array(found["featured"]), np.array(found["uncertainty"])
    is_right = (featured > 0.5) == is_featured
    flags = {name: np.array([name in text for text in found["flags"]]) for name in ("other_framing", "unlike_training")}
    believed = (uncertainty < SURE) & ~np.any([*flags.values()], axis=0)
    random = np.random.default_rng(1)
    drawn = random.integers(len(images), size=(RESAMPLES, len(images)))
    drawn = [rows for rows in drawn if 0 < is_featured[rows].mean() < 1]
    areas = [roc_auc_score(is_featured[rows], featured[rows]) for rows in drawn]
    return {
        "n": len(images),
        "accuracy": _estimate(is_right.mean(), [is_right[rows].mean() for rows in drawn]),
        "roc_auc": _estimate(roc_auc_score(is_featured, featured), areas),
        **{name: f"{are.mean():.3f}" for name, are in flags.items()},
        "believed": f"{believed.mean():.3f}",
        "wrong of them": f"{1 - is_right[believed].mean():.3f}" if believed.any() else "",
        "sure before": f"{(uncertainty < SURE).mean():.3f}",
        "wrong of these": f"{1 - is_right[uncertainty < SURE].mean():.3f}",
    }


def _estimate(value: float, resampled: list[float]) -> str:
    low, high = np.quantile(resampled, [0.025, 0.975])
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


if __name__ == "__main__":
    run(main)
