"""Kaggle's own client, with the log-in of the person who runs it, and what its refusals mean.

The client is `kagglesdk`, which the `kaggle` command is built on. `import kaggle` is avoided: it sends the log-in to
kaggle.com before it is asked to, without a time limit, and whatever KAGGLE_API_ENVIRONMENT says.
"""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path

import requests
from kagglesdk import KaggleClient, KaggleCredentials, get_access_token_from_env
from requests.adapters import HTTPAdapter

from tuning_fork.core.errors import UserError

PAGE = "https://www.kaggle.com/c/galaxy-zoo-the-galaxy-challenge"
SETTINGS = "https://www.kaggle.com/settings"
TIMEOUT = (20, 60)  # seconds: to connect; without a byte


class Interrupted(UserError):
    """A transfer broke off in a way that a later try may mend."""


def log_in() -> tuple[KaggleClient, str]:
    """Return a client that carries the user's log-in, and where that was found; a UserError when there is none."""
    client, where = _client()
    _limit_waiting(client)
    return client, where


def _client() -> tuple[KaggleClient, str]:
    """Return the client for the first log-in found, in the order in which the `kaggle` command looks."""
    token, source = _access_token()
    if token:
        where = "environment variable KAGGLE_API_TOKEN" if source == "KAGGLE_API_TOKEN" else "~/.kaggle/access_token"
        return KaggleClient(api_token=_sound(token, where)), where
    if key := _legacy_key():
        username, password, where = key
        return KaggleClient(username=_sound(username, where), password=_sound(password, where)), where
    where = "~/.kaggle/credentials.json"
    with kaggle_errors("log-in", where), KaggleClient() as client:
        _limit_waiting(client)
        credentials = KaggleCredentials.load(client=client)
        if credentials and (token := credentials.get_access_token()):
            return KaggleClient(api_token=_sound(token, where)), where
    raise UserError(
        f"download.source: kaggle: no Kaggle log-in found: create a token at {SETTINGS} and put it into "
        "~/.kaggle/access_token or the environment variable KAGGLE_API_TOKEN"
    )


def _sound(secret: object, where: str) -> str:
    """Return the secret when it can travel in a request's header; the error does not quote it."""
    if isinstance(secret, str) and secret.isascii() and secret.isprintable():
        return secret
    raise UserError(f"Kaggle log-in: {where} holds something that is no token: copy it anew from {SETTINGS}")


def _access_token() -> tuple[str | None, str | None]:
    """Return the access token and the client's name for where it was found, or (None, None)."""
    try:
        return get_access_token_from_env()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:  # the client looks whether the token is a file's name: this one cannot be
            return os.environ["KAGGLE_API_TOKEN"], "KAGGLE_API_TOKEN"
        reason = error.strerror  # nothing else of the error, which may quote the token
    raise UserError(f"~/.kaggle: the Kaggle access token cannot be read ({reason}): mend that and run again")


def _legacy_key() -> tuple[str, str, str] | None:
    """Return user name, key and where they were found, by the rules of the `kaggle` command, or None."""
    environ = os.environ
    if environ.get("KAGGLE_USERNAME") and environ.get("KAGGLE_KEY"):
        where = "environment variables KAGGLE_USERNAME and KAGGLE_KEY"
        return environ["KAGGLE_USERNAME"], environ["KAGGLE_KEY"], where
    config = Path(environ.get("XDG_CONFIG_HOME") or "~/.config").expanduser() / "kaggle"
    for folder in (environ.get("KAGGLE_CONFIG_DIR"), "~/.kaggle", config):
        path = Path(folder or "~/.kaggle").expanduser() / "kaggle.json"
        with suppress(FileNotFoundError, ValueError, KeyError, TypeError):
            content = json.loads(path.read_text(encoding="utf-8"))
            return content["username"], content["key"], str(path)
    return None


def _limit_waiting(client: KaggleClient) -> None:
    """Give every request of the client a time limit; it sets none itself and has no option for it."""

    class Patience(HTTPAdapter):
        def send(self, request: requests.PreparedRequest, **options: object) -> requests.Response:  # type: ignore[override]
            return super().send(request, **{**options, "timeout": TIMEOUT})

    http_client = client.http_client()
    http_client._init_session()
    for scheme in ("http://", "https://"):
        http_client._session.mount(scheme, Patience())


@contextmanager
def kaggle_errors(name: str, login: str) -> Iterator[None]:
    """Turn what Kaggle or the network answers to a request into a UserError.

    The exceptions' own texts are left out: they can quote the token or a signed address.
    """
    try:
        yield
    except requests.HTTPError as error:
        raise _refusal(error.response.status_code, name, login) from None  # pyright: ignore[reportOptionalMemberAccess]
    except requests.exceptions.SSLError:
        found = "the secure connection to Kaggle failed"
        raise Interrupted(f"{name}: {found}: check the computer's clock, proxy and certificates") from None
    except requests.RequestException:
        raise Interrupted(
            f"{name}: no connection to Kaggle, or it broke off: check the network and run the same command again; "
            "what has arrived is kept"
        ) from None


def _refusal(status: int, name: str, login: str) -> UserError:
    """Return the line that says what to do about an HTTP status."""
    later = "run the same command again later; what has arrived is kept"
    if status == HTTPStatus.UNAUTHORIZED:
        return UserError(f"{name}: Kaggle refused the log-in in {login} (401): put a new token from {SETTINGS} there")
    if status == HTTPStatus.FORBIDDEN:
        return UserError(
            f"{name}: Kaggle refused it (403): open {PAGE}/rules, accept the rules with the account of the log-in in "
            f"{login}, and run again"
        )
    if status == HTTPStatus.NOT_FOUND:
        return UserError(
            f"{name}: Kaggle has no such file (404): download it from {PAGE}/data and use download.source: archive"
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return UserError(f"{name}: Kaggle received too many requests (429): {later}")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Interrupted(f"{name}: Kaggle is out of order ({status}): {later}")
    return UserError(f"{name}: Kaggle refused it ({status}): try {PAGE}/data in a browser and download.source: archive")
