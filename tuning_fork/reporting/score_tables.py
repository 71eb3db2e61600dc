"""Scores as tables: one a row, or those of a question a row, with their intervals."""

from collections.abc import Sequence

import pandas as pd


def grouped_table(scores: dict[str, float], groups: Sequence[str]) -> pd.DataFrame:
    """Take out of the scores those whose names begin with a group's, and return a row a group, a column a score."""
    rows = {}
    for group in sorted(groups, key=len, reverse=True):  # edge_on_bulge before edge_on
        found = {name: scores.pop(name) for name in list(scores) if name.startswith(f"{group}_")}
        table = scores_table({name.removeprefix(f"{group}_"): value for name, value in found.items()})
        rows[group] = table.agg(lambda row: f"{row.iloc[0]} ({row.iloc[1]})" if row.iloc[-1] else row.iloc[0], axis=1)
    found = pd.DataFrame({group: rows[group] for group in groups if len(rows[group]) > 0}).T
    return found.fillna("")


def scores_table(scores: dict[str, float]) -> pd.DataFrame:
    """Return a row a score with its interval, as metrics.json has them."""
    names = [name for name in scores if not name.endswith(("_low", "_high"))]
    rows = {name: {"value": f"{scores[name]:{',' if isinstance(scores[name], int) else '.4g'}}"} for name in names}
    for name in names:
        if f"{name}_low" in scores:
            rows[name]["95 % interval"] = f"{scores[f'{name}_low']:.4f} to {scores[f'{name}_high']:.4f}"
    return pd.DataFrame(rows, index=["value", "95 % interval"]).T.fillna("")
