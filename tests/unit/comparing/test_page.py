"""The page of a comparison says what differs, and shows on which galaxies."""

from pathlib import Path

import pytest

from tests.data.compared_runs import a_run, said
from tests.helpers.browser import CHROMIUM, Browser, look
from tuning_fork.comparing.disagreements import told_apart
from tuning_fork.comparing.page import differing, signed, summary_table, write_comparison
from tuning_fork.comparing.pairs import compared, paired

NEEDS_A_BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page is not looked at")
NAME = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the page of three runs, of which the second is much better, and the third is called as no run should be."""
    folder = tmp_path_factory.mktemp("compared")
    wrong = {"plain": list(range(16)), "augmented": [37], NAME.replace("/", "_"): [*range(15), 37]}
    runs = [a_run(folder, name, said(of), params={"training": {"epochs": len(of)}}) for name, of in wrong.items()]
    comparisons = compared([paired(runs[0], other) for other in runs[1:]], 200, 1)
    write_comparison(folder / "page.html", runs, comparisons, 200)
    before = (folder / "page.html").read_bytes()
    write_comparison(folder / "page.html", runs, comparisons, 200)
    assert (folder / "page.html").read_bytes() == before
    table = summary_table(comparisons[:2])
    assert table.columns.tolist() == ["plain", "augmented", "difference (95 % interval)", "p", "augmented is"]
    assert table.loc["accuracy", "difference (95 % interval)"].startswith("+0.38 (+0.2")
    return folder / "page.html"


def test_it_says_what_differs_first_then_scores_then_galaxies_then_parameters(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    places = [
        text.index(words)
        for words in (
            "augmented cannot be told from plain in ROC AUC",
            "What differs",
            "<code>training.epochs</code> 16 ",
            "augmented minus plain",
            "Right by plain, wrong by augmented: 1",
            "Right by augmented, wrong by plain: 16",
            "Those that differ; all others are the same.",
        )
    ]
    assert places == sorted(places)
    assert "machine.memory" not in text
    assert text.count("<img ") == 1 + 16 + 1 + 1
    assert NAME.partition("/")[0] not in text


@pytest.mark.parametrize(
    ("first", "second", "captions"),
    [
        ("binary-colour-augmented", "binary-colour-plain", ("augmented", "plain")),
        ("binary-colour", "binary-colour-plain", ("colour", "colour-plain")),
        ("binary-grey-plain", "best", ("binary-grey-plain", "best")),
        ("main", "main", ("main", "main")),
    ],
)
def test_captions_have_of_the_names_what_tells_them_apart(first: str, second: str, captions: tuple[str, str]) -> None:
    assert told_apart(first, second) == captions


def test_a_parameter_that_a_run_has_not_is_not_there() -> None:
    table = differing(["one", "other"], [{"a.b": "1", "a.c": "2"}, {"a.b": "1", "a.d": "3"}])
    assert table.to_dict("index") == {
        "a.c": {"one": "2", "other": "not there"},
        "a.d": {"one": "not there", "other": "3"},
    }


@pytest.mark.parametrize(("value", "shown"), [(0.0123, "+0.012"), (-0.0123, "\N{MINUS SIGN}0.012"), (-0.0001, "0.000")])
def test_a_number_has_its_sign_but_for_nothing(value: float, shown: str) -> None:
    assert signed(value, 3) == shown


@NEEDS_A_BROWSER
@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1600])
def test_a_browser_shows_it_light_or_dark_narrow_or_wide_to_everyone(page: Path, chromium: Browser, width: int) -> None:
    seen = look(chromium, page, width, "light" if width == 360 else "dark")
    assert (seen.console, seen.requests, seen.overflow, seen.serious) == ([], [], 0, [])
