"""The study's effects as a figure for documents."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from tuning_fork.figures.palette import LIGHT
from tuning_fork.study.verdicts import Comparison


def effects_figure(effects: Mapping[str, Sequence[Comparison]]) -> Figure:
    """Show the differences that each claim was judged by, with their intervals, below its sentence."""
    lines = len(effects) + sum(map(len, effects.values()))
    figure = Figure(figsize=(7.5, 0.8 + 0.24 * lines), layout="constrained")
    axes = figure.subplots()
    beside = blended_transform_factory(figure.transFigure, axes.transData)
    height, labels = 0, {}
    for claim, several in effects.items():
        axes.text(0, height, claim, transform=beside, va="center", fontweight="bold", in_layout=False)
        for number, one in enumerate(several, start=1):
            low, value, high = one.difference.gain
            colour = LIGHT["accent" if one.is_real else "muted"]
            face = LIGHT["accent" if one.is_real else "paper"]
            errors = [[value - low], [high - value]]
            axes.errorbar(value, height - number, xerr=errors, fmt="o", color=colour, mfc=face, capsize=0, markersize=5)
            labels[height - number] = f"{one.first} over {one.second}, {one.difference.metric.label}"
        height -= len(several) + 1
    axes.axvline(0, color=LIGHT["ink"], linewidth=0.8, zorder=0)
    axes.set_yticks(list(labels), list(labels.values()))
    axes.tick_params(axis="y", length=0)
    axes.set(xlabel="what the first is better by (filled: real, hollow: not)", ylim=(height + 0.4, 0.7))
    return figure
