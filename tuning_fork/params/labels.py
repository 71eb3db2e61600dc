"""Parameters: what the network learns, from which galaxies."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from tuning_fork.core.checked_yaml import Section, Seed, Share, ShareBelowOne


class Labels(Section):
    """What the network learns, from which galaxies."""

    survey: Annotated[str, Field(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.-]*$")]
    task: str
    confidence: ShareBelowOne
    split: tuple[Share, Share, Share]
    seed: Seed

    @model_validator(mode="after")
    def _split_is_whole(self) -> Self:
        if abs(sum(self.split) - 1) > 1e-9 or 0 in self.split:
            raise ValueError(f"split: three shares above 0 that sum to 1 (found {list(self.split)})")
        return self
