"""Deliveries to try the adapters with."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from campaigns.calendar.windows import beijing_day
from campaigns.channels.adapters import Delivery
from tests.factories import AccountFactory, EditionFactory, make_case


@pytest.fixture
def delivery(db):
    """Make a delivery of a piece: by default a Chinese case to the file account, now."""
    now = timezone.now()
    today = beijing_day(now)
    edition = EditionFactory(starts_on=today, ends_on=today, slogan="清朗金融网络")

    def make(page=None, account: str = "wechat:000000", **changes) -> Delivery:
        page = page or make_case("case-1")
        served = {"website": "website", "partner": "partner", "sms": "handover"}
        adapter = served.get(account.split(":", maxsplit=1)[0], "file")
        made = Delivery(
            key=uuid.uuid4(),
            push_id=7,
            account=AccountFactory(code=account, adapter=adapter),
            edition=edition,
            page=page.specific,
            language=page.locale.language_code,
            link="http://testserver/zh-hans/cases/case-1/",
            tracked_link="http://testserver/zh-hans/cases/case-1/",
            scheduled_at=now,
            starts_at=now,
            ends_at=now + timedelta(hours=1),
        )
        return replace(made, **changes)

    return make
