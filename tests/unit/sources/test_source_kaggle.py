"""download.source: kaggle, with Kaggle's own client against a server on this computer."""

import json
import subprocess
import sys

import pytest

from tests.data.person import TOKEN, Person
from tests.data.raw.kaggle_server import Kaggle, serve
from tests.helpers.imports import ROOT
from tuning_fork.galaxies.raw_files import SOLUTIONS_ZIP


def test_the_two_files_arrive(person: Person, kaggle: Kaggle) -> None:
    assert person.download() == (0, "")
    assert person.has(kaggle)
    assert not person.partial.exists()


def test_a_second_download_gives_the_same_files(person: Person, kaggle: Kaggle) -> None:
    assert person.download() == (0, "")
    assert person.download() == (0, "")
    assert person.has(kaggle)


LOG_INS = {
    "access_token": TOKEN,
    "kaggle.json": json.dumps({"username": "edwin", "key": "0123456789abcdef"}),
    "credentials.json": json.dumps(  # of `kaggle auth login`
        {"refresh_token": "r", "access_token": TOKEN, "access_token_expiration": "2999-01-01T00:00:00+00:00"}
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", LOG_INS)
def test_a_log_in_in_the_home_folder_is_found(person: Person, kaggle: Kaggle, name: str) -> None:
    del person.environment["KAGGLE_API_TOKEN"]
    (person.home / ".kaggle").mkdir()
    (person.home / ".kaggle" / name).write_text(LOG_INS[name])
    assert person.download() == (0, "")
    assert person.has(kaggle)


def test_user_name_and_key_in_the_environment_are_found(person: Person, kaggle: Kaggle) -> None:
    del person.environment["KAGGLE_API_TOKEN"]
    person.environment.update(KAGGLE_USERNAME="edwin", KAGGLE_KEY="0123456789abcdef")
    assert person.download() == (0, "")
    assert person.has(kaggle)


def test_a_token_too_long_for_a_file_name_works(person: Person, kaggle: Kaggle) -> None:
    person.environment["KAGGLE_API_TOKEN"] = "x" * 400
    kaggle.authorizations.add("Bearer " + "x" * 400)
    assert person.download() == (0, "")


def test_without_a_log_in(person: Person, kaggle: Kaggle) -> None:
    del person.environment["KAGGLE_API_TOKEN"]
    assert person.refused() == (
        "download.source: kaggle: no Kaggle log-in found: create a token at https://www.kaggle.com/settings and put "
        "it into ~/.kaggle/access_token or the environment variable KAGGLE_API_TOKEN"
    )
    assert kaggle.asked == []


REFUSALS = {
    400: "Kaggle refused it (400): try https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/data in a browser",
    403: "open https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/rules, accept the rules",
    404: "Kaggle has no such file (404): download it from https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge/data",
    429: "Kaggle received too many requests (429): run the same command again later",
    500: "Kaggle is out of order (500): run the same command again later",
}


@pytest.mark.slow
@pytest.mark.parametrize("status", REFUSALS)
def test_a_refusal_says_what_to_do(person: Person, kaggle: Kaggle, status: int) -> None:
    kaggle.status = status
    said = person.refused()
    assert said.startswith(SOLUTIONS_ZIP)
    assert REFUSALS[status] in said


def test_a_wrong_token(person: Person, kaggle: Kaggle) -> None:
    kaggle.authorizations.clear()
    assert person.refused() == (
        "training_solutions_rev1.zip: Kaggle refused the log-in in environment variable KAGGLE_API_TOKEN (401): "
        "put a new token from https://www.kaggle.com/settings there"
    )


@pytest.mark.parametrize("token", ["gal\naxy", "galaxy\N{SNOWFLAKE}"])
def test_something_that_is_no_token(person: Person, kaggle: Kaggle, token: str) -> None:
    person.environment["KAGGLE_API_TOKEN"] = token
    said = person.refused()
    assert "holds something that is no token" in said
    assert "axy" not in said.replace("galaxy-zoo", "")
    assert kaggle.asked == []


@pytest.mark.slow
@pytest.mark.parametrize("status", [200, 401, 403, 500])
def test_the_token_is_neither_printed_nor_written(person: Person, kaggle: Kaggle, status: int) -> None:
    kaggle.status = status
    kaggle.cuts = [10**6, 600_000, 0, 0]
    person.environment.update(VERBOSE="1", VERBOSE_OUTPUT="1")
    said = person.download("kaggle.PAUSES = ()")[1]
    written = [path for path in person.home.parent.rglob("*") if path.is_file()]
    assert TOKEN not in said and "Signature" not in said
    assert not any(TOKEN.encode() in path.read_bytes() for path in written)
    assert written or status != 200


@pytest.mark.parametrize("name", ["access_token", "kaggle.json"])
def test_a_log_in_that_cannot_be_read(person: Person, kaggle: Kaggle, name: str) -> None:
    del person.environment["KAGGLE_API_TOKEN"]
    (person.home / ".kaggle" / name).mkdir(parents=True)  # unreadable even for root
    said = person.refused()
    assert "~/.kaggle" in said or str(person.home) in said
    assert "Is a directory" in said


def test_a_port_that_is_taken_fails_at_once(kaggle: Kaggle) -> None:
    with pytest.raises(AssertionError, match=r"port 7777.* is taken"), serve(kaggle):
        pass


def test_importing_the_source_asks_nobody(person: Person, kaggle: Kaggle) -> None:
    check = "import tuning_fork.sources.kaggle, sys; sys.exit('kaggle' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], cwd=ROOT, env=person.environment, timeout=30, check=True)
    assert kaggle.asked == []
    assert not list(person.home.iterdir())
