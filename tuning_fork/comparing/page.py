"""The page of a comparison, plots/compare.html, and the table in which the command ends."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from tuning_fork.comparing.disagreements import Galaxy, Group, Said, disagreements, pictures
from tuning_fork.comparing.pairs import Comparison, Pair
from tuning_fork.comparing.revisions import Revision
from tuning_fork.evaluation.comparisons import SIGNIFICANCE
from tuning_fork.figures.palette import class_colour
from tuning_fork.pages.page import write_html
from tuning_fork.reporting.terminal import digits_of

TEMPLATE = Path(__file__).parent / "compare.html.jinja"
NAMED = 6
"""Parameters of a pair that are named at the head of the page, at most."""
ABSENT = "not there"
ABOUT_SCORES = (
    "Of both networks on the same galaxies, which neither has seen in training or in the choice of its epoch: the "
    "difference with its 95 % interval, by {resamples:,} paired bootstrap resamples; the p-value is McNemar's exact "
    "one for accuracy, else the bootstrap's, and corrected by Holm for all {number} differences on this page. A "
    f"difference is real when it is below {SIGNIFICANCE}; to the right of the line is better. Each was trained once: "
    "what another seed would have changed is not in the interval."
)


class Scale(NamedTuple):
    """How the differences of a metric are shown: what their bars reach to either way, and with how many decimals."""

    reach: float
    digits: int


def write_comparison(path: Path, runs: Sequence[Revision], comparisons: Sequence[Comparison], resamples: int) -> None:
    """Write the page of runs whose first one all others were compared with, by so many resamples."""
    pairs = list(dict.fromkeys(one.pair.second for one in comparisons))
    by_pair = {name: [one for one in comparisons if one.pair.second == name] for name in pairs}
    scales = _scales(comparisons)
    groups = {name: disagreements(of_pair[0].pair) for name, of_pair in by_pair.items()}
    shown = [galaxy.name for both in groups.values() for group in both for galaxy in group.galaxies]
    pictured = pictures(runs[0], shown)
    choices = differing([run.name for run in runs], [run.choices for run in runs])
    write_html(
        path,
        TEMPLATE,
        title=f"{', '.join(run.name for run in runs[1:])} beside {runs[0].name}",
        pairs=[
            {
                **_about(of_pair[0].pair, groups[name]),
                **_changes(choices[[runs[0].name, name]]),
                "headline": headline(of_pair[0], scales),
                "differences": [_difference(one, scales[one.metric.name]) for one in of_pair],
                "groups": [_group(one, of_pair[0].pair, pictured) for one in groups[name]],
            }
            for name, of_pair in by_pair.items()
        ],
        about_scores=ABOUT_SCORES.format(resamples=resamples, number=len(comparisons)),
        parameters={
            "runs": list(choices.columns),
            "rows": [{"name": name, "values_of_runs": list(row)} for name, row in choices.iterrows()],
        },
    )


def differing(names: Sequence[str], choices: Sequence[Mapping[str, str]]) -> pd.DataFrame:
    """Return a row a parameter that differs, a column a run."""
    every = pd.DataFrame({name: pd.Series(one, dtype=object) for name, one in zip(names, choices, strict=True)})
    every = every.reindex(list(dict.fromkeys(key for one in choices for key in one))).fillna(ABSENT)
    return every[every.ne(every.iloc[:, 0], axis=0).any(axis=1)]


def summary_table(comparisons: Sequence[Comparison]) -> pd.DataFrame:
    """Return a row a difference for the terminal."""
    rows, scales = [], _scales(comparisons)
    for one in comparisons:
        shown = _difference(one, scales[one.metric.name])
        names = {one.pair.first: shown["first"], one.pair.second: shown["second"]}
        rows.append(names | {name: shown[name] for name in ("difference", "p", "verdict")})
    table = pd.DataFrame(rows, index=pd.Index([one.metric.label for one in comparisons], name="score"))
    return table.rename(
        columns={"difference": "difference (95 % interval)", "verdict": f"{comparisons[0].pair.second} is"}
    )


def headline(one: Comparison, scales: Mapping[str, Scale]) -> str:
    """Return a sentence on what matters most of a pair."""
    shown = _difference(one, scales[one.metric.name])
    both = f"{one.pair.second} {{}} {one.pair.first} in {one.metric.label}: {shown['difference']}"
    words = {"better": "is better than", "worse": "is worse than"}.get(one.verdict, "cannot be told from")
    return f"{both.format(words)}."


def _scales(comparisons: Sequence[Comparison]) -> dict[str, Scale]:
    """Return by metric the scale that holds all differences, with the decimals of the widest interval."""
    scales: dict[str, Scale] = {}
    for one in comparisons:
        before = scales.get(one.metric.name, Scale(0.0, 6))
        reach = max(before.reach, *map(abs, one.difference.gain))
        digits = min(before.digits, digits_of(one.difference.low, one.difference.high))
        scales[one.metric.name] = Scale(reach, digits)
    return scales


def _difference(one: Comparison, scale: Scale) -> dict[str, str]:
    """Return what is said of a difference, and where its bar is: per cent of its width."""
    difference = one.difference
    low, value, high = (50 + 46 * edge / (scale.reach or 1) for edge in difference.gain)
    digits = scale.digits
    first, second = (f"{score:.{digits + 1}f}" for score in one.scores)
    change = signed(difference.value, digits)
    interval = f"{signed(difference.low, digits)} to {signed(difference.high, digits)}"
    return {
        "label": one.metric.label,
        "direction": "higher" if one.metric.higher_is_better else "lower",
        "first": first,
        "second": second,
        "value": change,
        "interval": interval,
        "difference": f"{change} ({interval})",
        "left": f"{low:.2f}",
        "width": f"{high - low:.2f}",
        "at": f"{value:.2f}",
        "p": f"{one.corrected_p:.3f}" if one.corrected_p >= 0.001 else "< 0.001",
        "verdict": one.verdict,
        "style": {"better": "better", "worse": "worse"}.get(one.verdict, "noise"),
    }


def signed(value: float, digits: int) -> str:
    """Return a number with its sign, a minus as it is printed; nothing has none."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text.replace("-", "\N{MINUS SIGN}")


def _changes(choices: pd.DataFrame) -> dict[str, object]:
    """Return the parameters in which a pair differs, the first of them to be named."""
    first, second = choices.columns
    changed = choices[choices[first] != choices[second]]
    named = changed.head(NAMED)
    return {
        "changes": [{"name": name, "first": row[first], "second": row[second]} for name, row in named.iterrows()],
        "more": len(changed) - len(named),
    }


def _about(pair: Pair, groups: Sequence[Group]) -> dict[str, object]:
    """Return what is said of a pair's galaxies, and its classes."""
    number, right = len(pair.of_first.ids), int((pair.of_first.is_right & pair.of_second.is_right).sum())
    alone = [
        f"{count:,} tested {name} alone"
        for count, name in zip(pair.left_out, (pair.first, pair.second), strict=True)
        if count
    ]
    left_out = f" {' and '.join(alone)}: left out here." if alone else ""
    apart = sum(group.number for group in groups)
    wrong = number - right - apart
    return {
        "first": pair.first,
        "second": pair.second,
        "galaxies": f"{number:,} galaxies tested both.{left_out}",
        "disagree": f"Of {number:,} galaxies both are right about {right:,} and wrong about {wrong:,}; of the other "
        f"{apart:,} one of them is right.",
        "classes": [
            {"name": pair.task.name_of(name), "colour": class_colour(index)}
            for index, name in enumerate(pair.task.classes)
        ],
    }


def _group(group: Group, pair: Pair, pictured: Mapping[str, str]) -> dict[str, object]:
    galaxies = [_galaxy(galaxy, pair, pictured[galaxy.name]) for galaxy in group.galaxies]
    return {"right": group.right, "wrong": group.wrong, "number": group.number, "galaxies": galaxies}


def _galaxy(galaxy: Galaxy, pair: Pair, picture: str) -> dict[str, object]:
    said = [_said(one, pair) for one in galaxy.said]
    return {"name": galaxy.name, "label": pair.task.name_of(galaxy.label), "picture": picture, "said": said}


def _said(said: Said, pair: Pair) -> dict[str, object]:
    classes = [pair.task.name_of(name) for name in pair.task.classes]
    return {
        "run": said.run,
        "predicted": pair.task.name_of(said.predicted),
        "share": f"{said.share:.0%}",
        "all": ", ".join(f"{name} {share:.0%}" for name, share in zip(classes, said.shares, strict=True)),
        "shares": [
            {"width": f"{100 * share:.1f}", "colour": class_colour(number)} for number, share in enumerate(said.shares)
        ],
    }
