"""Scikit-learn comes without types: what strictly checked modules use of it has them here, and the rest has none."""

from _typeshed import Incomplete

def __getattr__(name: str) -> Incomplete: ...
