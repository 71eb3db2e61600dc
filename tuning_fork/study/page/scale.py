"""Where numbers lie along the picture that shows them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from matplotlib.ticker import MaxNLocator

MINUS = "\u2212"
"""The sign that is as wide as a plus."""
MARGIN = 0.06
"""Of the picture's width, left free on each side."""


@dataclass(frozen=True)
class Scale:
    """A stretch of numbers, and the round ones among them that are written beside it."""

    low: float
    high: float
    ticks: tuple[float, ...]

    @classmethod
    def over(cls, values: Iterable[float]) -> Self:
        """Return a scale on which all of the values are."""
        found = [value for value in values if math.isfinite(value)] or [0.0]
        spread = max(found) - min(found) or abs(found[0]) or 1.0
        low, high = min(found) - MARGIN * spread, max(found) + MARGIN * spread
        ticks = MaxNLocator(nbins=5, steps=[1, 2, 5, 10]).tick_values(low, high)
        return cls(low, high, tuple(float(tick) for tick in ticks if low <= tick <= high))

    @property
    def digits(self) -> int:
        """How many digits after the point tell one tick from the next."""
        step = self.ticks[1] - self.ticks[0] if len(self.ticks) > 1 else self.high - self.low
        return max(0, -math.floor(math.log10(step) + 1e-9))

    @property
    def labels(self) -> tuple[tuple[str, str], ...]:
        """Place and text of each tick."""
        rounded = [round(tick, self.digits) for tick in self.ticks]
        written = [f"{tick:.{self.digits}f}".replace("-", MINUS) if tick else "0" for tick in rounded]
        return tuple(zip(map(self.at, self.ticks), written, strict=True))

    def at(self, value: float) -> str:
        """Return where a value lies, from the left, as a percentage that SVG understands."""
        return self.between(self.low, value)

    def between(self, low: float, high: float) -> str:
        """Return how far it is from one value to another, as such a percentage."""
        return f"{100 * (high - low) / (self.high - self.low):.2f}%"

    def shown(self, value: float, sign: str = "") -> str:
        """Return a value as text, with three or four digits after the point."""
        return f"{value:{sign}.{min(max(self.digits + 1, 3), 4)}f}".replace("-", MINUS)
