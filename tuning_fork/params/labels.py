"""Parameters: what the network learns, from which galaxies."""

from pathlib import Path
from typing import Self

from pydantic import model_validator

from tuning_fork.core.checked_yaml import Section, Seed, Share, ShareBelowOne


class Labels(Section):
    """What the network learns, from which galaxies."""

    survey: str
    """The name of the page in surveys/, which dvc.yaml names too."""
    task: str
    confidence: ShareBelowOne
    split: tuple[Share, Share, Share]
    seed: Seed

    @model_validator(mode="after")
    def _survey_is_a_name(self) -> Self:
        if not self.survey or Path(self.survey).name != self.survey or Path(self.survey).suffix in {".yaml", ".yml"}:
            raise ValueError(
                f"survey: the name of a page in surveys/, without a path and .yaml (found {self.survey!r})"
            )
        return self

    @model_validator(mode="after")
    def _split_is_whole(self) -> Self:
        if abs(sum(self.split) - 1) > 1e-9 or 0 in self.split:
            raise ValueError(f"split: three shares above 0 that sum to 1 (found {list(self.split)})")
        return self
