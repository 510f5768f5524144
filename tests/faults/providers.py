"""WeChat and JPush that break off, refuse and forget tokens at random; and what they then hold."""

import json
import random
import threading
from collections import Counter
from pathlib import Path

from campaigns.channels.standin.record import Fault
from campaigns.channels.standin.server import Standin
from campaigns.channels.standin.wechat.answers import marker_of

# What goes wrong with a call, by the end of its path; each as likely as the others.
ANYWHERE = [("cut_before", 0), ("cut_after", 0), ("junk", 0), ("status", 502)]
FAULTS = {
    "/freepublish/submit": [*ANYWHERE, ("cut_after", 0), ("hang_after", 0), ("code", -1)],
    "/message/mass/sendall": [*ANYWHERE, ("cut_after", 0), ("code", -1)],
    "/draft/add": [*ANYWHERE, ("code", 45009), ("code", 40001)],
    "/stable_token": [("cut_before", 0), ("cut_after", 0), ("status", 503), ("code", -1)],
    "/v3/push": [*ANYWHERE, ("cut_after", 0), ("code", 2002), ("code", 1000), ("status", 503)],
    "/v3/push/cid": [*ANYWHERE, ("code", 2002)],
}
ELSEWHERE = [*ANYWHERE, ("expire", 0), ("code", 45011)]


class RandomFaults:
    """Strikes so large a part of the calls, until it is told that it is over."""

    def __init__(self, seed: int, share: float) -> None:
        self._chance = random.Random(seed)
        self._share = share
        self._lock = threading.Lock()
        self.struck: Counter[str] = Counter()

    def take(self, path: str) -> Fault | None:
        with self._lock:
            if self._chance.random() >= self._share:
                return None
            name = next((end for end in FAULTS if path.endswith(end)), "")
            kind, value = self._chance.choice(FAULTS.get(name, ELSEWHERE))
            if path.startswith("/v3/") and kind == "expire":
                return None
            self.struck[kind] += 1
        return Fault(path, kind, value)

    def end(self) -> None:
        self._share = 0


def broken_providers(record: Path, seed: int, share: float) -> Standin:
    """A stand-in that misbehaves; its `faults` can end that."""
    # Publishing is done sooner than its clients give up on it; nothing runs out.
    standin = Standin(
        record=record, publish_seconds=0.3, mass_a_day=9999, mass_a_month=9999, pushes_a_minute=9999
    )
    standin.faults = RandomFaults(seed, share)
    # Some of what WeChat takes it refuses later on.
    chance = random.Random(seed)
    standin.wechat.publish_outcomes.extend(chance.choice([0] * 14 + [4]) for _n in range(9999))
    standin.wechat.mass_outcomes.extend(
        chance.choice(["SEND_SUCCESS"] * 14 + ["SEND_FAIL"]) for _n in range(9999)
    )
    return standin.start()


SUBMISSIONS = ("freepublish/submit", "message/mass/sendall", "v3/push")
# Accepted first, and then refused by WeChat itself: nobody has seen it. See decision 0028.
REFUSALS = ("publication refused", "message refused")


class Held:
    """What the providers have accepted and hold, by the key of the push, in their own words."""

    def __init__(self, standin: Standin, record: Path) -> None:
        standin.catch_up()
        self.accepted: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        # What the public has got.
        self.public: Counter[str] = Counter()
        # Accepted while an earlier acceptance stood.
        self.twice: set[str] = set()
        for line in record.read_text(encoding="utf-8").splitlines():
            self._read(json.loads(line))
        for account in standin.wechat.state["accounts"].values():
            for article in account["articles"].values():
                self.public[_bare(marker_of(article["articles"]))] += 1
            for message in account["messages"].values():
                self.public[_bare(message["client_id"])] += message["status"] == "SEND_SUCCESS"

    def _read(self, line: dict) -> None:
        key = _bare(line.get("delivery") or line["key"])
        if line["call"] in REFUSALS:
            self.refused[key] += 1
        elif line["accepted"] and line["call"] in SUBMISSIONS:
            self.accepted[key] += 1
            self.public[key] += line["call"] == "v3/push"
            if self.accepted[key] - self.refused[key] > 1:
                self.twice.add(key)


def _bare(key: str) -> str:
    return key.replace("-", "")
