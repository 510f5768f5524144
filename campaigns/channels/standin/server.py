"""The stand-in's HTTP: one port for both providers, faults on demand, every call recorded.

`/_standin/faults` takes a fault (POST, JSON as in record.Fault) and `/_standin/calls` lists the
calls, so that a program can try how the product behaves. It listens on loopback only.
"""

import json
import os
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from campaigns.channels.standin import jpush, wechat
from campaigns.channels.standin.record import Faults, Recorder

LARGEST_BODY = 12_000_000
HANG_SECONDS = 30


class Standin:
    """The stand-in as an object: start it, let it misbehave, ask what it accepted, stop it."""

    def __init__(
        self,
        port: int = 0,
        record: Path | None = None,
        state: Path | None = None,
        **options,
    ) -> None:
        self.offset = 0.0
        self.recorder = Recorder(record)
        self.faults = Faults()
        self.wechat = wechat.Wechat(self.clock, self._note_outcome, **options)
        self.jpush = jpush.Jpush(self.clock, **options)
        self.lock = threading.RLock()
        self.over = threading.Event()
        self._state_path = state
        self._load()
        handler = type("BoundHandler", (_Handler,), {"standin": self})
        self.server = _Server(("127.0.0.1", port), handler)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def clock(self) -> float:
        """Now, as far as the stand-in is concerned."""
        return time.time() + self.offset

    def start(self) -> "Standin":
        """Serve from a thread."""
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Let hanging calls go and close the port."""
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
        self.catch_up()

    def catch_up(self) -> None:
        """Write down what has come of accepted calls by now."""
        with self.lock:
            self.wechat.catch_up()
            self.save()

    def _note_outcome(self, at: float, **line) -> None:
        self.recorder.write(at, provider="wechat", **line, accepted=False, fault=None)

    def save(self) -> None:
        """Write the state down, if it is to be kept. Called under the lock."""
        if not self._state_path:
            return
        draft = self._state_path.with_suffix(".part")
        text = json.dumps({"wechat": self.wechat.state, "jpush": self.jpush.state})
        # Tokens of imaginary accounts, but nobody else's business all the same.
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
        draft.replace(self._state_path)

    def _load(self) -> None:
        if self._state_path and self._state_path.exists():
            held = json.loads(self._state_path.read_text(encoding="utf-8"))
            self.wechat.state, self.jpush.state = held["wechat"], held["jpush"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address) -> None:
        """A client that has gone, or was killed, is no error of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    standin: Standin
    protocol_version = "HTTP/1.1"
    # Head and body in one packet: two small ones would wait for each other.
    wbufsize = -1
    server_version = "stand-in"
    sys_version = ""

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def log_message(self, *args) -> None:
        """The record says it better, and without tokens."""

    def _answer(self, method: str) -> None:
        parts = urlsplit(self.path)
        path, query = parts.path, dict(parse_qsl(parts.query))
        length = int(self.headers.get("Content-Length") or 0)
        if length > LARGEST_BODY:
            self._reply(413, {})
            return
        body = self.rfile.read(length)
        if path.startswith("/_standin/"):
            self._control(method, path, body)
        elif path.startswith("/v3/"):
            known = self._peek_jpush(body)
            # The cid is the client's choice, so whether two pushes bring the same is told, too.
            brings = {"delivery": self.standin.jpush.delivery_of(body)}
            self._call(path, lambda: self._jpush(method, path, body), known, brings)
        else:
            with self.standin.lock:
                known = self.standin.wechat.peek(path, query, body)
            self._call(path, lambda: self._wechat(path, query, body), known)

    def _call(self, path: str, do, known: tuple[str, str], more: dict | None = None) -> None:
        """Do the call, with whatever is to go wrong, and record it."""
        standin = self.standin
        fault = standin.faults.take(path)
        kind = fault.kind if fault else ""
        note = {
            "provider": "jpush" if path.startswith("/v3/") else "wechat",
            "call": wechat.name_of(path),
            "account": known[0],
            "key": known[1],
            "fault": kind or None,
            **(more or {}),
        }
        if kind in ("cut_before", "hang_before", "status") or kind == "code":
            standin.recorder.write(
                standin.clock(), **note, accepted=False, code=fault.value or None
            )
            self._fail(kind, fault.value, path)
            return
        if kind == "expire":
            with standin.lock:
                standin.wechat.expire_tokens()
        # One at a time, so that the record's lines stand in the order in which things happened.
        with standin.lock:
            status, answer, headers, account, key, accepted, code = do()
            note |= {"account": account or known[0], "key": key or known[1]}
            standin.recorder.write(standin.clock(), **note, accepted=accepted, code=code)
            standin.catch_up()
        if kind in ("cut_after", "hang_after"):
            self._fail(kind, 0, path)
        elif kind == "junk":
            self._reply(200, "<html>Bad gateway", headers)
        else:
            self._reply(status, answer, headers)

    def _fail(self, kind: str, value: int, path: str) -> None:
        if kind.startswith("hang"):
            self.standin.over.wait(HANG_SECONDS)
        if kind.startswith(("cut", "hang")):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
        elif kind == "status":
            self._reply(value, "<html>error")
        elif path.startswith("/v3/"):
            refused = jpush.RefusedError(value)
            self._reply(refused.status, refused.answer, self.standin.jpush.rate_headers())
        else:
            self._reply(200, wechat.RefusedError(value, **_more(value)).answer)

    def _wechat(self, path: str, query: dict, body: bytes) -> tuple:
        try:
            answer, account, key = self.standin.wechat.handle(path, query, body)
        except wechat.RefusedError as error:
            return 200, error.answer, {}, "", "", False, error.code
        return 200, answer, {}, account, key, True, 0

    def _jpush(self, method: str, path: str, body: bytes) -> tuple:
        authorization = self.headers.get("Authorization", "")
        provider = self.standin.jpush
        try:
            answer, account, key, is_new = provider.handle(method, path, authorization, body)
        except jpush.RefusedError as error:
            headers = provider.rate_headers()
            return error.status, error.answer, headers, "", "", False, error.code
        # The same cid again: answered as the first time, and nothing goes out.
        code = 0 if is_new else "repeated"
        return 200, answer, provider.rate_headers(), account, key, is_new, code

    def _peek_jpush(self, body: bytes) -> tuple[str, str]:
        try:
            account = self.standin.jpush.app_key_of(self.headers.get("Authorization", ""))
        except jpush.RefusedError:
            account = ""
        return account, self.standin.jpush.key_of(body)

    def _control(self, method: str, path: str, body: bytes) -> None:
        if path == "/_standin/calls":
            self.standin.catch_up()
            self._reply(200, {"calls": self.standin.recorder.calls})
            return
        try:
            given = json.loads(body or b"{}")
            if "publish_status" in given:
                self.standin.wechat.publish_outcomes.append(int(given["publish_status"]))
            else:
                self.standin.faults.add(**given)
        except (ValueError, TypeError) as error:
            self._reply(400, {"error": str(error)})
            return
        self._reply(200, {"ok": True})

    def _reply(self, status: int, answer: dict | str, headers: dict | None = None) -> None:
        text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _more(code: int) -> dict:
    return {"msg_id": 1} if code == 45065 else {}
