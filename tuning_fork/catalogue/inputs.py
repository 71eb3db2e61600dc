"""What a catalogue follows from: its images, the model, and how that looks at them."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tuning_fork.catalogue.formats.columns import Fact
from tuning_fork.core.model_files import MODEL_FILES, NETWORK
from tuning_fork.images.preparing import Options
from tuning_fork.params.images import Preparation
from tuning_fork.tasks.task import Task


@dataclass(frozen=True)
class Inputs:
    """The images as the user named them, the model folder, how many views are averaged, and how images are framed.

    The images are worked on `images_a_part` at a time.
    """

    images: tuple[str, ...]
    model: Path
    views: int
    options: Options
    images_a_part: int

    def model_digest(self) -> str:
        """Return a hash of the model's files."""
        content = hashlib.sha256()
        for name in MODEL_FILES:
            content.update((self.model / name).read_bytes())
        return content.hexdigest()

    def facts(self, task: Task, images: Preparation) -> tuple[Fact, ...]:
        """Return what a catalogue says of its making: the same whenever it is made."""
        fits = self.options.fits_of(images)
        written = datetime.fromtimestamp(int((self.model / NETWORK).stat().st_mtime), UTC)
        return (
            Fact("creator", "Tuning Fork", "Program that made this catalogue"),
            Fact("model", self.model_digest()[:12], "Beginning of the SHA-256 of the model"),
            Fact("mdl_date", f"{written:%Y-%m-%dT%H:%M:%S}", "When its model.keras was written, UTC"),
            Fact("task", task.name, "What the network was trained for"),
            Fact("outputs", " ".join(task.targets), "What it was trained to give"),
            Fact("views", str(self.views), "Flips and turns of an image, averaged"),
            Fact("frame", str(self.options.frame_of(images)), "Share of a picture that is the frame"),
            Fact("bands", " ".join(fits.bands or ()), "Of planes that the file does not name"),
            Fact("extension", fits.extension or "", "Of FITS files, whose image was taken"),
            Fact("stretch", f"{fits.stretch:g}", "Of FITS images, in units of the sky's noise"),
        )
