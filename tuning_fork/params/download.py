"""Parameters: where the galaxies come from."""

from pathlib import Path
from typing import Self

from pydantic import model_validator

from tuning_fork.core.checked_yaml import Section


class Download(Section):
    """Where the galaxies come from."""

    source: str
    archive: Path | None
    images: str | None
    labels: Path | None

    @model_validator(mode="after")
    def _what_is_needed_is_named(self) -> Self:
        if self.source == "archive" and self.archive is None:
            raise ValueError("archive: needed with source archive: the folder that holds Kaggle's files (found null)")
        if self.source == "folder" and self.images is None:
            raise ValueError("images: needed with source folder: a folder, zip or pattern of images (found null)")
        return self
