"""What a machine says is folded beneath a sentence for people; entries of before are understood."""

import errno
import smtplib

import httpx
import pytest
from django.utils.translation import override

from campaigns.channels.adapters.wording import in_words, parted, plain


@pytest.fixture(autouse=True)
def _chinese():
    with override("zh-hans"):
        yield


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "连接被拒绝"),
        (httpx.ConnectError("[Errno 111] Connection refused"), "连接被拒绝"),
        (httpx.ConnectError("[Errno -2] Name or service not known"), "找不到该名称的服务器"),
        (httpx.ReadTimeout("timed out"), "没有及时答复"),
        (httpx.RemoteProtocolError("Server disconnected"), "收到答复之前中断"),
        (smtplib.SMTPAuthenticationError(535, b"no"), "拒绝登录"),
        (OSError(errno.ENOSPC, "No space left on device"), "磁盘空间不足"),
        (KeyError("x"), "意外错误"),
    ],
)
def test_the_sentence_comes_first_and_the_machines_words_after(error, words):
    said, machine = parted(in_words(error))
    assert words in " ".join(said)
    assert machine[0].startswith(type(error).__name__)
    assert type(error).__name__ not in plain(in_words(error))


@pytest.mark.parametrize(
    ("stored", "said", "machine"),
    [
        ("ReadTimeout: timed out", "对方没有及时答复", "ReadTimeout: timed out"),
        ("package 4f5512ab90cd, 1 recipients", "", "package 4f5512ab90cd, 1 recipients"),
        ("微信拒绝：内容违规", "微信拒绝：内容违规", ""),
        ("微信没有答复。\n对方重启\n» ReadError: x", "微信没有答复。 对方重启", "ReadError: x"),
    ],
)
def test_entries_of_before_are_parted_too(stored, said, machine):
    lines, raw = parted(stored)
    assert (" ".join(lines), " ".join(raw)) == (said, machine)
