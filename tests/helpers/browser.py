"""A headless Chromium that opens a page and tells what it saw and what it asked for."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
NEEDS_A_BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here: the page is not looked at")


@dataclass(frozen=True)
class Opened:
    """A page in a browser, what its console has said, and the addresses asked for beside its own."""

    page: Page
    console: list[str]
    requests: list[str]

    @property
    def overflow(self) -> int:
        """How many pixels the page is wider than its window."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def obstacles(self) -> list[str]:
        """Return what axe-core finds serious or critical, with the first element that has it."""
        found = Axe().run(self.page).response["violations"]
        grave = [one for one in found if one["impact"] in {"serious", "critical"}]
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in grave]


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start a Chromium, for all pages of a module of tests."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, path: Path, width: int = 1000, is_dark: bool = False) -> Iterator[Opened]:
    """Open a file in a window of that width."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme="dark" if is_dark else "light")
    seen = Opened(page, [], [])
    page.on("console", lambda message: seen.console.append(message.text))
    page.on("pageerror", lambda error: seen.console.append(str(error)))
    page.on("request", lambda request: seen.requests.append(request.url))
    page.goto(path.resolve().as_uri())
    seen.requests[:] = [url for url in seen.requests if url != page.url and not url.startswith("data:")]
    yield seen
    page.close()


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
