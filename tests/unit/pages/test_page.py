"""Promises about all pages."""

from itertools import combinations
from pathlib import Path

import pandas as pd
import pytest
from colorspacious import cspace_convert, deltaE
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from tuning_fork.figures.palette import CLASSES, DARK, LIGHT
from tuning_fork.figures.svg import svg_of
from tuning_fork.pages.page import Section, write_html, write_page


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, by WCAG 2.2."""
    channels = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_what_is_written_and_drawn_stands_out_from_the_paper(colours: dict[str, str]) -> None:
    for name in set(colours) - {"paper", "panel", "line"}:
        assert contrast(colours[name], colours["paper"]) >= 4.5, name
        assert contrast(colours[name], colours["panel"]) >= 4.5, name


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("lacks", ["deuteranomaly", "protanomaly", "tritanomaly"])
def test_the_colour_blind_tell_classes_and_good_from_bad(colours: dict[str, str], lacks: str) -> None:
    vision = {"name": "sRGB1+CVD", "cvd_type": lacks, "severity": 100}  # as Machado, Oliveira and Fernandes 2009 see it
    seen = {name: cspace_convert(to_rgb(colour), vision, "sRGB1").clip(0, 1) for name, colour in colours.items()}
    for one, other in [*combinations(CLASSES, 2), ("good", "bad")]:
        assert deltaE(seen[one], seen[other], input_space="sRGB1") >= 10, (one, other)


def test_both_halves_of_the_palette_name_the_same_colours() -> None:
    assert list(LIGHT) == list(DARK)
    assert len(set(LIGHT.values())) == len(LIGHT)


def test_a_figure_takes_the_colours_of_its_reader_and_has_the_same_bytes_again() -> None:
    def drawn() -> bytes:
        figure = Figure(figsize=(2, 2))
        figure.subplots().plot([0, 1], color=LIGHT["class-1"])
        return svg_of(figure)

    text = drawn().decode()
    assert "var(--class-1)" in text
    assert f"--class-1:{DARK['class-1']}" in text.partition("prefers-color-scheme:dark")[2]
    assert drawn().decode() == text


def test_a_page_lets_its_own_script_run_and_escapes_what_it_shows(tmp_path: Path) -> None:
    template = tmp_path / "page.html.jinja"
    template.write_text('{% extends "base.html.jinja" %}{% block content %}{{ name }}{% endblock %}', encoding="utf-8")
    write_html(tmp_path / "page.html", template, "let a = 1 < 2;", title="A page", name="<script>alert(1)</script>")
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>let a = 1 < 2;</script>" in text
    assert "script-src 'sha256-" in text


def test_a_page_without_a_script_lets_none_run(tmp_path: Path) -> None:
    table = pd.DataFrame({"value": [1]}, index=["<b>accuracy</b>"])
    write_page(tmp_path / "page.html", "A run", "All of it.", [Section("Scores", table=table)])
    text = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "script-src 'none'" in text
    assert "&lt;b&gt;accuracy" in text
