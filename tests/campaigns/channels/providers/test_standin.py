"""The stand-in as a program: what it prints, records and keeps."""

import json
import os
import re
import signal
import subprocess
import sys
from uuid import uuid4

import httpx
import pytest

from campaigns.channels.standin import is_stand_in
from campaigns.channels.standin.server import Standin
from edu_cms.environment import BASE_DIR

LOGIN = {"grant_type": "client_credential", "appid": "wx1", "secret": "s"}


@pytest.fixture
def program(tmp_path):
    """run_standin with these arguments: its address."""
    started = []

    def start(*arguments: str) -> str:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "run_standin", "--port", "0", *arguments],
            cwd=BASE_DIR,
            env={**os.environ, "VAR_DIR": str(tmp_path), "ENV_FILE": os.devnull},
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return re.search(r"http://\S+", process.stdout.readline())[0]

    start.processes = started
    yield start
    for process in started:
        process.kill()
        process.wait()


def test_each_call_is_a_line_and_state_survives_a_restart(program, tmp_path):
    record, state = tmp_path / "r" / "calls.jsonl", tmp_path / "state.json"
    arguments = ["--record", str(record), "--state", str(state), "--fault", "v3/push=code:1011"]
    with httpx.Client(base_url=program(*arguments), trust_env=False) as http:
        token = http.post("/cgi-bin/stable_token", json=LOGIN).json()["access_token"]
        auth = httpx.BasicAuth("app", "secret")
        [cid] = http.get("/v3/push/cid", auth=auth).json()["cidlist"]
        push = {
            "cid": cid, "platform": "all", "audience": "all", "notification": {"alert": "x"},
        }  # fmt: skip
        assert http.post("/v3/push", json=push, auth=auth).json()["error"]["code"] == 1011
        assert http.post("/v3/push", json=push, auth=auth).json()["msg_id"]
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    assert [(one["call"], one["accepted"]) for one in lines] == [
        ("stable_token", True),
        ("v3/push/cid", True),
        ("v3/push", False),
        ("v3/push", True),
    ]
    assert lines[3]["key"] == cid
    assert token not in record.read_text()
    program.processes[0].send_signal(signal.SIGTERM)
    assert program.processes[0].wait(30) == 0
    with httpx.Client(base_url=program("--state", str(state)), trust_env=False) as http:
        assert http.post("/cgi-bin/stable_token", json=LOGIN).json()["access_token"] == token


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", 44002),
        (b"{", 47001),
        (b'{"articles": "\\u4e2d"}', 47001),
        (b'{"articles": []}', 44003),
        (b'{"articles": [{"title": "t", "content": ""}]}', 44003),
        ('{"articles": [{"title": "%s", "content": "x"}]}' % ("长" * 33), 45003),
        ('{"articles": [{"title": "t", "digest": "%s", "content": "x"}]}' % ("长" * 129), 45004),
        ('{"articles": [{"title": "t", "content": "%s"}]}' % ("长" * 20_000), 45002),
        (b'{"articles": [{"title": "t", "content": "x", "thumb_media_id": "no"}]}', 40007),
    ],
)  # fmt: skip
def test_what_wechat_refuses_is_refused(body, code):
    standin = Standin().start()
    try:
        with httpx.Client(base_url=standin.address, trust_env=False) as http:
            token = http.post("/cgi-bin/stable_token", json=LOGIN).json()["access_token"]
            content = body.encode() if isinstance(body, str) else body
            answer = http.post(f"/cgi-bin/draft/add?access_token={token}", content=content)
            assert answer.json()["errcode"] == code
            assert http.post("/cgi-bin/draft/add", content=content).json()["errcode"] == 41001
    finally:
        standin.stop()


def test_what_is_refused_after_it_was_accepted_has_a_line_of_its_own(tmp_path):
    """Once, where it happened, with the key; also after a restart."""
    record, state = tmp_path / "calls.jsonl", tmp_path / "state.json"
    key = uuid4()
    article = {"title": "t", "content": f"x push-{key.hex}"}
    first = Standin(record=record, state=state, publish_seconds=30).start()
    first.wechat.publish_outcomes.append(4)
    with httpx.Client(base_url=first.address, trust_env=False) as http:
        token = http.post("/cgi-bin/stable_token", json=LOGIN).json()["access_token"]
        account = first.wechat.account("wx1")
        account["drafts"]["draft-1"] = {"articles": [article], "at": 0}
        submit = f"/cgi-bin/freepublish/submit?access_token={token}"
        number = http.post(submit, content=b'{"media_id": "draft-1"}').json()["publish_id"]
        first.offset += 31
        http.post(submit, content=b'{"media_id": "draft-1"}')
    first.stop()
    second = Standin(record=record, state=state).start()
    second.stop()
    lines = [json.loads(line) for line in record.read_text().splitlines()]
    told = [(one["call"], one["key"], one["accepted"], one["code"]) for one in lines[1:]]
    assert told == [
        ("freepublish/submit", str(key), True, 0),
        ("publication refused", str(key), False, 4),
        ("freepublish/submit", str(key), True, 0),
    ]
    assert lines[2]["number"] == number


def test_faults_can_be_ordered_over_http():
    standin = Standin().start()
    try:
        with httpx.Client(base_url=standin.address, trust_env=False) as http:
            fault = {"call": "stable_token", "kind": "code", "value": 40164}
            assert http.post("/_standin/faults", json=fault).status_code == 200
            assert http.post("/cgi-bin/stable_token", json=LOGIN).json()["errcode"] == 40164
            assert http.post("/_standin/faults", json={"call": "x", "kind": "y"}).status_code == 400
            assert len(http.get("/_standin/calls").json()["calls"]) == 1
    finally:
        standin.stop()


@pytest.mark.parametrize(
    ("address", "stands_in"),
    [
        ("https://api.weixin.qq.com", False),
        ("http://api.weixin.qq.com", True),
        ("https://127.0.0.1:1", True),
        ("https://localhost", True),
        ("", True),
    ],
)
def test_a_stand_in_is_known_by_its_address(address, stands_in):
    assert is_stand_in(address) == stands_in
