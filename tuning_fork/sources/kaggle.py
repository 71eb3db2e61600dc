"""Galaxies from Kaggle itself: its two training archives, downloaded by its own client, going on where it broke off."""

import errno
import json
import os
import shutil
import time
from contextlib import suppress
from pathlib import Path

import requests
from kagglesdk import KaggleClient
from kagglesdk.competitions.types.competition_api_service import ApiDownloadDataFileRequest

from tuning_fork.core.errors import UserError
from tuning_fork.core.files import full_disk_told, whole_file, write_json
from tuning_fork.galaxies import raw_files
from tuning_fork.galaxies.raw_files import IMAGES_ZIP, SOLUTIONS_ZIP
from tuning_fork.sources.kaggle_client import TIMEOUT, Interrupted, kaggle_errors, log_in

COMPETITION = "galaxy-zoo-the-galaxy-challenge"
PAUSES = (1, 5, 15, 30)  # seconds before each new try, once a transfer that had begun broke off
CHUNK = 1 << 18  # bytes


def fetch(folder: Path, partial: Path) -> None:
    """Download the two training archives into `folder`; neither is there before both are whole and checked.

    What has arrived is kept in `partial` until then, and the next call goes on from there. Raises UserError for
    whatever stands in the way: the log-in, the competition's rules, the network, the disk, damaged archives.
    """
    with raw_files.file_errors(partial):
        partial.mkdir(parents=True, exist_ok=True)
        client, login = log_in()
        with client:
            for name, check in ((SOLUTIONS_ZIP, raw_files.check_solutions), (IMAGES_ZIP, raw_files.check_images)):
                _download(client, login, partial / name)
                try:
                    check(partial / name, name)
                except UserError:
                    _forget(partial / name)
                    raise
    with raw_files.file_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for name in (SOLUTIONS_ZIP, IMAGES_ZIP):
            _put(partial / name, folder / name)
    with suppress(OSError):
        partial.rmdir()


def _download(client: KaggleClient, login: str, part: Path) -> None:
    """Bring the file called `part.name` to `part`, going on after interruptions for as long as bytes arrive."""
    pauses = iter(())
    while True:
        before = _size(part)
        try:
            return _transfer(client, login, part)
        except Interrupted:
            if _size(part) > before:
                pauses = iter(PAUSES)
            pause = next(pauses, None)
            if pause is None:
                raise
            time.sleep(pause)


def _transfer(client: KaggleClient, login: str, part: Path) -> None:
    """Bring what `part` still lacks of the remote file, in one go."""
    with kaggle_errors(part.name, login):
        request = ApiDownloadDataFileRequest()
        request.competition_name, request.file_name = COMPETITION, part.name
        with client.competitions.competition_api_client.download_data_file(request) as whole:
            size = int(whole.headers["Content-Length"]) if "Content-Length" in whole.headers else None
            _keep_only_parts_of(part, whole.headers.get("ETag") or whole.headers.get("Last-Modified"), size)
            have = _size(part)
            if have == size:
                return
            raw_files.require_room(part.parent, (size or have) - have)
            if have == 0:
                _receive(whole, part, size)
                return
        with _rest(whole, have) as rest:
            _receive(rest, part, size)


def _keep_only_parts_of(part: Path, version: str | None, size: int | None) -> None:
    """Forget `part` unless it was begun from this version of the remote file; note which version it will be."""
    note, remote = _note(part), {"version": version, "size": size}
    with suppress(FileNotFoundError, ValueError):
        if version and json.loads(note.read_text(encoding="utf-8")) == remote and _size(part) <= (size or 0):
            return
    _forget(part)
    write_json(note, remote)


def _rest(whole: requests.Response, have: int) -> requests.Response:
    """Ask for the bytes from `have` on of a file whose whole was offered, if it is still the same one."""
    sent = whole.request
    version = whole.headers.get("ETag") or whole.headers["Last-Modified"]
    headers = {**sent.headers, "Range": f"bytes={have}-", "If-Range": version}
    rest = requests.request(sent.method, sent.url, headers=headers, data=sent.body, stream=True, timeout=TIMEOUT)  # pyright: ignore[reportArgumentType]
    rest.raise_for_status()
    return rest


def _receive(response: requests.Response, part: Path, size: int | None) -> None:
    """Write the response's bytes behind those of `part`, or in their place when the server sends the whole."""
    have = _size(part) if response.status_code == requests.codes.partial_content else 0
    with (
        full_disk_told(part),
        part.open("ab" if have else "wb") as file,
        raw_files.progress(part.name, size, initial=have) as bar,
    ):
        for piece in response.iter_content(CHUNK):
            file.write(piece)
            bar.update(len(piece))
        file.flush()
        os.fsync(file.fileno())
    if size is not None and _size(part) != size:
        raise Interrupted(f"{part.name}: {_size(part):,} of {size:,} bytes arrived: run the same command again")


def _put(part: Path, target: Path) -> None:
    """Move a whole file to its place, by copying when that is on another disk."""
    try:
        part.replace(target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        raw_files.require_room(target.parent, _size(part))
        with whole_file(target) as copy:
            shutil.copyfile(part, copy)
    _forget(part)


def _forget(part: Path) -> None:
    """Remove what has arrived of a file, and the note beside it."""
    part.unlink(missing_ok=True)
    _note(part).unlink(missing_ok=True)


def _note(part: Path) -> Path:
    """Return where the remote file's version and size are noted, so that only parts of the same file are joined."""
    return part.with_name(part.name + ".json")


def _size(part: Path) -> int:
    """Return the bytes that have arrived so far."""
    return part.stat().st_size if part.exists() else 0
