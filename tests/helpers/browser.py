"""A headless Chromium that opens a page and tells what it saw and what it asked for."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass(frozen=True)
class Visit:
    """The page's content after its loading, what its console said, and the addresses asked for beside its own."""

    content: str
    console: list[str]
    requests: list[str]


def visit(page: Path, folder: Path) -> Visit:
    """Open a file in Chromium, with a profile and a log in `folder`."""
    log = folder / "net-log.json"
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--enable-logging=stderr",
            "--virtual-time-budget=5000",
            f"--user-data-dir={folder / 'profile'}",
            f"--log-net-log={log}",
            "--dump-dom",
            page.resolve().as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    console = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    return Visit(done.stdout, console, _requests(log, page))


def _requests(log: Path, page: Path) -> list[str]:
    """Return the addresses that the page asked for; the browser's own errands do not count."""
    content = json.loads(log.read_text(encoding="utf-8"))
    kinds = {number: name for name, number in content["constants"]["logEventTypes"].items()}
    started = [event["params"] for event in content["events"] if kinds[event["type"]] == "URL_REQUEST_START_JOB"]
    of_page = [one["url"] for one in started if one.get("initiator", "not an origin") != "not an origin"]
    return [url for url in of_page if url != page.resolve().as_uri() and not url.startswith("data:")]


@dataclass(frozen=True)
class Look:
    """What a page is like for its reader: content, console, addresses asked for, and what keeps people from using it.

    `overflow` is by how many pixels it is wider than the window, `serious` the serious and critical findings of axe.
    """

    content: str
    console: list[str]
    requests: list[str]
    overflow: int
    serious: list[str]


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Give the Chromium that is there, started once for several pages."""
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield one
        one.close()


def look(one: Browser, page: Path, width: int, scheme: Literal["light", "dark"] = "dark") -> Look:
    """Open a file in a window of that width, all that is folded unfolded, by a reader who prefers that scheme."""
    window = one.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    console: list[str] = []
    requests: list[str] = []
    window.on("console", lambda said: console.append(said.text))
    window.on("pageerror", lambda error: console.append(str(error)))
    window.on("request", lambda asked: requests.append(asked.url))
    window.goto(page.resolve().as_uri())
    window.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    overflow = window.evaluate("document.documentElement.scrollWidth - innerWidth")
    found = Axe().run(window).response["violations"]
    serious = [f"{one['id']}: {one['help']}" for one in found if one["impact"] in {"serious", "critical"}]
    content = window.content()
    window.close()
    others = [url for url in requests if url != page.resolve().as_uri() and not url.startswith("data:")]
    return Look(content, console, others, overflow, serious)
