"""The explorer in a real browser: what is shown, found, and how quickly."""

import json
from html import escape
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.data.surveys import TASKS
from tests.helpers.browser import CHROMIUM
from tuning_fork.explorer.page import Explored, pictures_of, write_explorer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page is not looked at"),
]
EVIL = "<script>alert(1)</script>"
MANY = 10_000
MARGIN = 28
"""Pixels of the map's sides without galaxies."""
QUICK = 100
"""Milliseconds within which the page answers."""


def explored(count: int, side: int = 16) -> Explored:
    """Return galaxies of two classes, every tenth of which the network calls wrongly, the first with an evil name."""
    rng = np.random.default_rng(1)
    known = np.arange(count) % 2
    predicted = np.where(np.arange(count) % 10 == 0, 1 - known, known)
    probability = np.where(predicted == 1, 0.8, 0.2)
    names = ("smooth", "featured")
    return Explored(
        names=[EVIL, *(str(100_000 + row) for row in range(1, count))],
        images=rng.integers(0, 255, (count, side, side, 3)).astype(np.uint8),
        features=(rng.normal(0, 1, (count, 8)) + 5 * known[:, None]).astype(np.float16),
        task=TASKS["binary"],
        predicted=[names[one] for one in predicted],
        uncertainty=np.linspace(0, 0.5, count),
        outlier=np.linspace(0.2, 1.2, count)[::-1],
        outputs=np.column_stack([1 - probability, probability]),
        known=[names[one] for one in known],
        fraction=np.linspace(0.8, 1, count),
        votes=np.column_stack([1 - known, known]).astype(float),
    )


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    page = tmp_path_factory.mktemp("explorer") / "explorer.html"
    write_explorer(page, "Galaxies", explored(60))
    return page


def opened(chromium: Browser, path: Path, width: int = 1200) -> tuple[Page, list[str]]:
    """Return the page opened in a window of that width, and what goes wrong in it as it goes."""
    page, wrong = chromium.new_page(viewport={"width": width, "height": 800}), []
    page.on("console", lambda said: wrong.append(said.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on(
        "request", lambda asked: None if asked.url.startswith(("data:", path.as_uri())) else wrong.append(asked.url)
    )
    page.goto(path.as_uri())
    return page, wrong


def shown(page: Page) -> int:
    return int(page.inner_text("#count").split(" of ")[0].replace(",", ""))


def test_galaxies_are_filtered_sorted_and_looked_at(chromium: Browser, small: Path) -> None:
    page, wrong = opened(chromium, small)
    assert page.inner_text("#count") == "60 of 60 galaxies, 90 % right"
    page.click("#filters-shown")
    page.select_option("#filter-right", "wrong")
    assert shown(page) == 6
    page.select_option("#filter-known", "0")
    assert shown(page) == 6
    page.select_option("#filter-predicted", "0")
    assert shown(page) == 0
    assert page.is_visible("#none")
    page.click("#reset")
    assert page.is_hidden("#none")
    page.fill("#filter-uncertainty-from", "100")
    assert shown(page) == 30
    page.click("#as-grid")
    page.select_option("#sort", "uncertainty-most")
    assert page.get_attribute("#grid button >> nth=0", "title") == "100059"
    page.select_option("#sort", "outlier-most")
    assert page.get_attribute("#grid button >> nth=0", "title") == "100030"
    page.click("#grid button >> nth=0")
    assert page.inner_text("#one h2") == "100030"
    assert "wrong" in page.inner_text("#one")
    assert page.locator("#one .near button").count() == 8
    page.click("#one .near button >> nth=0")
    assert page.inner_text("#one h2") != "100030"
    page.fill("#filter-name", "10004")
    assert shown(page) == 10
    assert wrong == []
    page.close()


def test_the_map_and_the_grid_are_used_by_keyboard(chromium: Browser, small: Path) -> None:
    page, wrong = opened(chromium, small)
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    first = page.inner_text("#one h2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    assert page.inner_text("#one h2") != first
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "one"
    page.keyboard.press("Escape")
    assert page.is_hidden("#one")
    assert page.evaluate("document.activeElement.id") == "map"
    page.click("#as-grid")
    page.focus("#grid button >> nth=0")
    for key in ("End", "Home", "ArrowRight", "ArrowDown", "ArrowUp", "Enter"):
        page.keyboard.press(key)
    assert page.inner_text("#one h2") == "100001"
    assert wrong == []
    page.close()


@pytest.mark.parametrize("width", [500, 1200])
def test_who_closes_a_galaxy_of_the_grid_is_where_it_was_opened(chromium: Browser, small: Path, width: int) -> None:
    page, wrong = opened(chromium, small, width)
    page.click("#as-grid")
    page.focus("#grid button >> nth=0")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    assert page.inner_text("#one h2") == "100059"
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.title") == "100059"
    assert wrong == []
    page.close()


def test_a_galaxy_is_found_in_the_map_by_a_click_and_by_its_address(chromium: Browser, small: Path) -> None:
    page, _ = opened(chromium, small)
    page.evaluate("location.hash = '#100007'; location.reload()")
    page.wait_for_selector("#one:not([hidden])")
    assert page.inner_text("#one h2") == "100007"
    page.keyboard.press("Escape")
    data = json.loads(page.evaluate("document.getElementById('galaxies').textContent"))
    row = int(np.argmax(data["x"]))  # none is drawn over the one that is farthest to the right
    box = page.locator("#map").bounding_box()
    assert box is not None
    x, y = (
        MARGIN + data[axis][row] / 10_000 * (box[side] - 2 * MARGIN) for axis, side in (("x", "width"), ("y", "height"))
    )
    page.mouse.move(box["x"] + x, box["y"] + y)
    assert page.inner_text("#tip").startswith(data["names"][row])
    page.mouse.click(box["x"] + x, box["y"] + y)
    assert page.is_hidden("#tip")
    assert page.inner_text("#one h2") == data["names"][row]
    page.close()


@pytest.mark.parametrize("width", [360, 1600])
def test_the_page_can_be_read_and_used_by_everybody(chromium: Browser, small: Path, width: int) -> None:
    page, wrong = opened(chromium, small, width)
    page.focus("#map")
    page.keyboard.press("ArrowDown")
    page.click("#filters-shown")
    if width > 1000:
        page.click("#as-grid")
    found = [one for one in Axe().run(page).response["violations"] if one["impact"] in {"serious", "critical"}]
    assert [one["id"] for one in found] == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    assert wrong == []
    page.close()


def test_a_name_is_only_a_name_and_the_same_galaxies_give_the_same_bytes(
    chromium: Browser, small: Path, tmp_path: Path
) -> None:
    page, wrong = opened(chromium, small)
    page.fill("#filter-name", EVIL, force=True)
    page.click("#as-grid")
    page.click("#grid button >> nth=0")
    assert page.inner_text("#one h2") == EVIL
    assert wrong == []
    page.close()
    write_explorer(tmp_path / "explorer.html", "Galaxies", explored(60))
    assert (tmp_path / "explorer.html").read_bytes() == small.read_bytes()
    assert EVIL not in small.read_text(encoding="utf-8")
    assert escape(EVIL) not in small.read_text(encoding="utf-8")


DRAWN = """
() => {
  try { return document.querySelector('#one canvas').getContext('2d').getImageData(9, 9, 1, 1).data[3] > 0; }
  catch (error) { return error.name === "SecurityError"; } // a picture of a file is on it
}
"""
TIMED = """
([selector, property, value, event]) => {
  const element = document.querySelector(selector);
  const times = [];
  for (const one of value) {
    const begin = performance.now();
    element[property] = one;
    element.dispatchEvent(new Event(event));
    times.push(performance.now() - begin);
  }
  return times;
}
"""


def test_pictures_beside_the_page_are_those_of_this_page_alone(tmp_path: Path) -> None:
    page = tmp_path / "some.html"
    write_explorer(page, "Some", explored(60, side=8), most_within=59)
    assert [path.name for path in pictures_of(page).iterdir()] == ["sheet-0000.jpg"]
    (pictures_of(page) / "notes.txt").touch()
    write_explorer(page, "Fewer", explored(40, side=8), most_within=59)
    assert [path.name for path in pictures_of(page).iterdir()] == ["notes.txt"]


def test_of_ten_thousand_galaxies_it_answers_at_once(chromium: Browser, tmp_path: Path) -> None:
    write_explorer(tmp_path / "many.html", "Many", explored(MANY, side=8), most_within=MANY - 1, most_mapped=200)
    page = chromium.new_page(viewport={"width": 1200, "height": 800})
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text))
    page.goto((tmp_path / "many.html").as_uri())
    times = {}
    for name, asked in {
        "filter": ["#filter-predicted", "value", ["0", "1", "-1"], "input"],
        "slide": ["#filter-uncertainty-from", "value", ["50", "100", "0"], "input"],
        "colour": ["#colour", "value", ["right", "outlier", "known"], "input"],
    }.items():
        times[name] = float(np.median(page.evaluate(TIMED, asked)))
    page.click("#as-grid")
    times["sort"] = float(
        np.median(page.evaluate(TIMED, ["#sort", "value", ["outlier-most", "name", "wrong"], "input"]))
    )
    times["scroll"] = float(np.median(page.evaluate(TIMED, ["#grid", "scrollTop", [9000, 30000, 0], "scroll"])))
    assert {name: time for name, time in times.items() if time > QUICK} == {}, json.dumps(times)
    page.wait_for_function("[...document.querySelectorAll('#grid button')].length > 20")
    page.click("#grid button >> nth=3")
    page.wait_for_function(DRAWN)
    assert wrong == []
    page.close()
