"""Figures of the stand-in's WeChat: as told to it, else something that stays the same."""

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from campaigns.channels.standin.wechat.answers import RefusedError, date_of

if TYPE_CHECKING:
    from campaigns.channels.standin.wechat.provider import Wechat

MOST_DAYS = 30


def article_read(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`datacube/getarticleread`: readers of one day."""
    day = _one_day(wechat, given)
    rows = [
        {
            "ref_date": day,
            "msgid": f"{one['data_id']}_1",
            "detail": {"read_user": _figure(wechat, one["data_id"], day, "read_user")},
        }
        for one in _public(account)
        if date_of(one["at"]) <= day
    ]
    return {"list": rows, "is_delay": day in wechat.delayed_days}


def article_total_detail(wechat: "Wechat", account: dict, given: dict) -> dict:
    """`datacube/getarticletotaldetail`: what the articles of one day came to, day by day."""
    day = _one_day(wechat, given)
    rows = [
        {
            "ref_date": day, "msgid": f"{one['data_id']}_1", "publish_type": 1,
            "content_url": one.get("url", ""), "detail_list": _totals(wechat, one["data_id"], day),
        }
        for one in _public(account)
        if date_of(one["at"]) == day
    ]  # fmt: skip
    return {"list": rows, "is_delay": day in wechat.delayed_days}


def _totals(wechat: "Wechat", data_id: int, day: str) -> list[dict]:
    yesterday = date.fromisoformat(wechat.day()) - timedelta(days=1)
    reads = shares = 0
    totals, stat = [], date.fromisoformat(day)
    while stat <= yesterday and len(totals) < MOST_DAYS:
        reads += _figure(wechat, data_id, stat.isoformat(), "read_user")
        shares += _figure(wechat, data_id, stat.isoformat(), "share_user")
        totals.append({"stat_date": stat.isoformat(), "read_user": reads, "share_user": shares})
        stat += timedelta(days=1)
    return totals


def _public(account: dict) -> list[dict]:
    return [*account["articles"].values(), *account["messages"].values()]


def _one_day(wechat: "Wechat", given: dict) -> str:
    day = str(given.get("begin_date", ""))
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", day) or given.get("end_date") != day:
        raise RefusedError(61500)
    if day >= wechat.day():
        raise RefusedError(61500)
    return day


def _figure(wechat: "Wechat", data_id: int, day: str, name: str) -> int:
    told = wechat.figures.get((str(data_id), day, name))
    if told is not None:
        return told
    # For trying out: something that differs by article and day, and is the same each time.
    number = (data_id * 2_654_435_761 + int(day.replace("-", ""))) % 300
    return number if name == "read_user" else number // 20
