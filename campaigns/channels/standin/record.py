"""What the stand-in was asked and what it did, and the faults it plays.

One JSON line a call; and one for what comes of an accepted call only later and without another:
"publication refused" and "message refused", with the key of the push (docs/operations.md).
"""

import json
import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


class Recorder:
    """Keeps every call in memory and, if a file is named, appends it there at once."""

    def __init__(self, path: Path | None = None) -> None:
        self.calls: list[dict] = []
        self._path = path
        self._lock = threading.Lock()

    def write(self, at: float, **call) -> None:
        """One line: provider, call, account, accepted, code, key, fault; and what else is known."""
        line = {"at": datetime.fromtimestamp(at).astimezone().isoformat(), **call}
        with self._lock:
            self.calls.append(line)
            if self._path:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(line, ensure_ascii=False) + "\n")

    def accepted(self, call: str) -> list[dict]:
        """The accepted calls of that name."""
        with self._lock:
            return [one for one in self.calls if one["call"] == call and one["accepted"]]


@dataclass
class Fault:
    """Something that goes wrong for the next `times` calls whose path ends in `call`.

    kind: "code" (the provider's error code), "status" (an HTTP status), "cut_before" and
    "cut_after" (the connection breaks before or after the call was done), "hang_before" and
    "hang_after" (no answer until the client has given up), "junk" (an answer that is no JSON),
    "expire" (the token is no longer good).
    """

    call: str
    kind: str
    value: int = 0
    times: int = 1


@dataclass
class Faults:
    """The faults that are still to come."""

    waiting: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, call: str, kind: str, value: int = 0, times: int = 1) -> None:
        """Let it go wrong. Raises ValueError for a kind that does not exist."""
        if kind not in KINDS:
            raise ValueError(f"no such fault: {kind!r}; there are {', '.join(KINDS)}")
        with self._lock:
            self.waiting.append(Fault(call, kind, value, times))

    def take(self, path: str) -> Fault | None:
        """The fault that strikes this call, if any."""
        with self._lock:
            for fault in self.waiting:
                if path.endswith(fault.call):
                    fault.times -= 1
                    if fault.times <= 0:
                        self.waiting.remove(fault)
                    return fault
        return None


KINDS = (
    "code", "status", "cut_before", "cut_after", "hang_before", "hang_after", "junk", "expire",
)  # fmt: skip
