"""A person's calendar as iCalendar (RFC 5545, REFRESH-INTERVAL of RFC 7986).

Instants are given in UTC, days as dates: right on every device, whatever zone it is in, and without
a VTIMEZONE to keep.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from campaigns.agenda.asking import everything
from campaigns.agenda.collecting import entries_within
from campaigns.agenda.entries import DAY, Entry, Span
from campaigns.agenda.models import EventVersion

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

BEFORE, AFTER = timedelta(days=92), timedelta(days=400)
REFRESH = timedelta(hours=1)
# States as iCalendar knows them; any other is confirmed.
STATUS = {"cancelled": "CANCELLED", "expected": "TENTATIVE"}


def calendar_of(user: "AbstractBaseUser") -> tuple[bytes, datetime | None]:
    """The calendar of all that the user may see, three months back and thirteen ahead.

    Also when it last changed; the same bytes come out until something has.
    """
    # In the house's language: what a program says it accepts must not change the bytes.
    with translation.override(settings.LANGUAGE_CODE):
        return _calendar_of(user)


def _calendar_of(user: "AbstractBaseUser") -> tuple[bytes, datetime | None]:
    asked = everything(user)
    entries = entries_within(asked, Span(asked.today - BEFORE, asked.today + AFTER))
    versions = versions_of(entries)
    calendar = Calendar()
    for name, value in (
        ("prodid", "-//edu_cms//agenda//ZH"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("name", settings.WAGTAIL_SITE_NAME),
        ("x-wr-calname", settings.WAGTAIL_SITE_NAME),
        ("x-wr-timezone", "Asia/Shanghai"),
    ):
        calendar.add(name, value)
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for entry in entries:
        calendar.add_component(_event(entry, versions[entry.key]))
    changed_at = max((version.changed_at for version in versions.values()), default=None)
    return calendar.to_ical(), changed_at


def versions_of(entries: list[Entry]) -> dict[str, EventVersion]:
    """How often each entry has changed, having looked whether it has: by entry key.

    Two readers at the same instant come to the same number: it counts from what is stored.
    """
    known = {row.key: row for row in EventVersion.objects.filter(key__in=[e.key for e in entries])}
    now = timezone.now().replace(microsecond=0)
    fresh, changed = [], []
    for entry in entries:
        digest = _digest(entry)
        version = known.get(entry.key)
        if version is None:
            version = EventVersion(key=entry.key, digest=digest, changed_at=now)
            known[entry.key] = version
            fresh.append(version)
        elif version.digest != digest:
            version.digest, version.changed_at = digest, now
            version.sequence += 1
            changed.append(version)
    EventVersion.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=500)
    EventVersion.objects.bulk_update(changed, ["digest", "sequence", "changed_at"], batch_size=200)
    return known


def _digest(entry: Entry) -> str:
    """Of everything that a reader is told."""
    told = (entry.title, entry.moment, entry.last_day, entry.state, _description(entry))
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _event(entry: Entry, version: EventVersion) -> Event:
    event = Event()
    event.add("uid", f"{entry.key}@{urlsplit(settings.SITE_URL).hostname}")
    # Without a METHOD that asks for answers, DTSTAMP is when this version came to be.
    event.add("dtstamp", version.changed_at)
    event.add("last-modified", version.changed_at)
    event.add("sequence", version.sequence)
    event.add("summary", entry.title)
    if entry.starts_at:
        event.add("dtstart", entry.starts_at.astimezone(UTC))
    else:
        event.add("dtstart", entry.first_day)
        event.add("dtend", entry.last_day + DAY)
    event.add("status", STATUS.get(entry.state, "CONFIRMED"))
    event.add("transp", "TRANSPARENT")
    event.add("categories", [entry.kind_label])
    if entry.region:
        event.add("location", entry.region)
    event.add("description", _description(entry))
    event.add("url", f"{settings.SITE_URL}{entry.address}")
    return event


def _description(entry: Entry) -> str:
    lines = [f"{entry.kind_label} · {entry.state_label}"]
    if entry.starts_at:
        lines.append(_("%(when)s Beijing time") % {"when": entry.when})
    lines += [entry.informal_time, entry.campaign, *entry.facts]
    return "\n".join(line for line in lines if line)
