"""A Kaggle on this computer: the download call that its client makes, the redirect to storage, and the storage."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

PORT = 7777  # where the client looks when KAGGLE_API_ENVIRONMENT is TEST
COMPETITION = "galaxy-zoo-the-galaxy-challenge"
DOWNLOAD = "/api/v1/competitions.CompetitionApiService/DownloadDataFile"
STORAGE = "/storage/"
SIGNATURE = "Signature=c2lnbmVk"
# What Kaggle answers instead of a file: the message of each status.
REFUSALS = {
    400: "Bad request",
    401: "Unauthenticated",
    403: "You must accept this competition's rules before you'll be able to download files.",
    404: "Not found",
    429: "Too many requests",
    500: "Internal error",
}


@dataclass
class Kaggle:
    """What the server has, how it misbehaves, and what it was asked."""

    files: dict[str, bytes]
    authorizations: set[str]
    status: int = 200  # of the answer to the download call
    cuts: list[int] = field(default_factory=list)  # bytes after which each next transfer of the storage breaks off
    stall: bool = False  # whether a cut transfer stays open, silent, rather than being closed
    ranges: bool = True  # whether the storage knows byte ranges
    asked: list[tuple[str, str | None]] = field(default_factory=list)  # (file, Range) of each transfer
    released: threading.Event = field(default_factory=threading.Event)


def handler(kaggle: Kaggle) -> type[BaseHTTPRequestHandler]:
    """Give the request handler that answers for `kaggle`."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != DOWNLOAD or body.get("competitionName") != COMPETITION:
                self._refuse(404)
            elif self.headers.get("Authorization") not in kaggle.authorizations:
                self._refuse(401)
            elif kaggle.status != 200:
                self._refuse(kaggle.status)
            elif body["fileName"] not in kaggle.files:
                self._refuse(404)
            else:
                self.send_response(302)
                # Another host name than the client's, as with Kaggle: the log-in must not travel along.
                self.send_header("Location", f"http://127.0.0.1:{PORT}{STORAGE}{body['fileName']}?{SIGNATURE}")
                self.send_header("Content-Length", "0")
                self.end_headers()

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            name = url.path.removeprefix(STORAGE)
            if url.query != SIGNATURE or "Authorization" in self.headers or name not in kaggle.files:
                self._refuse(400)
                return
            content = kaggle.files[name]
            version = f'"{md5(content).hexdigest()}"'
            wanted = self.headers.get("Range")
            kaggle.asked.append((name, wanted))
            start = 0
            if wanted and kaggle.ranges and self.headers.get("If-Range") in (None, version):
                start = int(wanted.removeprefix("bytes=").rstrip("-"))
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            if kaggle.ranges:
                self.send_header("Accept-Ranges", "bytes")
            self.send_header("ETag", version)
            self.send_header("Last-Modified", "Fri, 13 Dec 2019 01:34:33 GMT")
            self.send_header("Content-Type", "application/zip")
            self.send_header("Content-Length", str(len(content) - start))
            self.end_headers()
            self._send(content[start:])

        def _send(self, content: bytes) -> None:
            """Send the body, or its beginning where a cut is due."""
            cut = kaggle.cuts.pop(0) if kaggle.cuts else None
            try:
                self.wfile.write(content[:cut])
                if cut is not None and kaggle.stall:
                    self.wfile.flush()
                    kaggle.released.wait(30)
            except ConnectionError:
                pass  # the client closed a transfer that it goes on with from another byte, or it was killed
            self.close_connection = True

        def _refuse(self, status: int) -> None:
            """Answer as Kaggle's API does when it refuses."""
            body = json.dumps({"code": status, "message": REFUSALS[status]}).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    return Handler


@contextmanager
def serve(kaggle: Kaggle) -> Iterator[Kaggle]:
    """Answer for `kaggle` on the port where the client looks; an AssertionError says when that is taken."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", PORT), handler(kaggle))
    except OSError as error:
        message = f"port {PORT}, where the Kaggle client looks for its test server, is taken: {error.strerror}"
        raise AssertionError(message) from error
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield kaggle
    finally:
        kaggle.released.set()
        server.shutdown()
        server.server_close()
        thread.join(10)
