"""Leads an entry of the ledger back to the session whose report it comes from."""

from django.urls import reverse

from campaigns.field.models import FieldSession
from campaigns.reach import sources
from campaigns.reach.models import ReachEntry


def of_entry(entry: ReachEntry, user) -> list[sources.Source]:
    """session:PRIMARY KEY:METRIC; nothing where the session is not the user's to see."""
    _session, pk, *_rest = [*entry.source_key.split(":"), "", ""]
    if not pk.isdecimal():
        return []
    session = FieldSession.objects.visible_to(user).filter(pk=pk).first()
    if session is None:
        return []
    may_open = user.has_perm("campaigns.view_fieldsession")
    url = reverse("fieldsession:inspect", args=[session.pk]) if may_open else ""
    return [sources.Source(str(session), url)]
