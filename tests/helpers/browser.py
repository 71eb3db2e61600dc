"""A headless Chromium that opens a page and tells what it saw and what it asked for."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

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
