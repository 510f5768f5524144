"""Pages go live and come down at their hour; one that cannot is on its own."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import PageLogEntry
from wagtail.signals import page_published, page_unpublished

from content.publishing import publish_due
from tests.factories import make_case

pytestmark = pytest.mark.django_db
SOON = timezone.now().replace(microsecond=0) + timedelta(hours=1)


def scheduled(code: str):
    page = make_case(code, live=False)
    page.go_live_at = SOON
    page.save_revision().publish()
    return page


def expiring(code: str):
    page = make_case(code)
    page.expire_at = SOON
    page.save_revision().publish()
    return page


def is_live(page) -> bool:
    return type(page).objects.get(pk=page.pk).live


@pytest.fixture
def refuse():
    """A receiver of a signal that raises for the first page."""
    signals = []

    def connect(signal):
        def receiver(sender, instance, **kwargs):
            if instance.code == "first":
                raise RuntimeError("no such cache")

        signal.connect(receiver, weak=False)
        signals.append((signal, receiver))

    yield connect
    for signal, receiver in signals:
        signal.disconnect(receiver)


def test_at_the_instant_and_not_before():
    page, other = scheduled("page"), expiring("other")
    publish_due(now=SOON - timedelta(seconds=1))
    assert (is_live(page), is_live(other)) == (False, True)
    with time_machine.travel(SOON, tick=False):
        assert publish_due() == {}
    assert (is_live(page), is_live(other)) == (True, False)
    actions = PageLogEntry.objects.values_list("action", flat=True)
    assert {"wagtail.publish.scheduled", "wagtail.unpublish.scheduled"} <= set(actions)


def test_a_page_that_cannot_be_published_stops_no_other_and_is_tried_again(refuse):
    first, second = scheduled("first"), scheduled("second")
    refuse(page_published)
    with time_machine.travel(SOON + timedelta(minutes=1)):
        failures = publish_due()
        assert list(failures.values()) == ["RuntimeError: no such cache"]
        # Nothing half done: it is not public without what hangs on its publication.
        assert (is_live(first), is_live(second)) == (False, True)
        assert list(publish_due()) == list(failures)


def test_a_page_that_cannot_be_taken_down_stops_nothing_else(refuse):
    first, second, third = expiring("first"), expiring("second"), scheduled("third")
    refuse(page_unpublished)
    with time_machine.travel(SOON + timedelta(minutes=1)):
        assert len(publish_due()) == 1
    assert [is_live(page) for page in (first, second, third)] == [True, False, True]


def test_what_is_held_waits():
    page = scheduled("page")
    with time_machine.travel(SOON + timedelta(minutes=1)):
        assert publish_due(lambda *asked: (asked[0].pk, asked[1]) == (page.pk, SOON)) == {}
        assert not is_live(page)
        publish_due(lambda *_: False)
    assert is_live(page)
