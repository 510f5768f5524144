"""Taking it upon oneself that a change of the original does not matter to a version's readers."""

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from content.models import EducationPage, VersionRecord

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser


DECLARE = "content.declare_immaterial"


# The actions under which the version's history shows it.
DECLARED, TAKEN_BACK = "content.immaterial", "content.immaterial_taken_back"


@transaction.atomic
def declare_immaterial(page: EducationPage, by: "AbstractBaseUser", reason: str) -> VersionRecord:
    """Take it upon oneself that what changed does not matter to this version's readers.

    Holds for what the original says now; a later change makes the version stale anew. Written into
    the page's history. Raises PermissionDenied, ValidationError.
    """
    record = _locked(page, by)
    reason = reason.strip()
    if not reason:
        raise ValidationError(_("Say why the change does not matter."))
    if not record.is_stale:
        raise ValidationError(_("The version is not behind, so there is nothing to declare."))
    record.declared_at, record.declared_by, record.declared_why = timezone.now(), by, reason[:300]
    record.save()
    log(instance=page, action=DECLARED, user=by, data={"reason": record.declared_why})
    return record


@transaction.atomic
def take_back(page: EducationPage, by: "AbstractBaseUser") -> VersionRecord:
    """The change matters after all. Raises PermissionDenied, ValidationError."""
    record = _locked(page, by)
    if not record.is_declared:
        raise ValidationError(_("Nothing has been declared about this version."))
    reason, record.declared_why = record.declared_why, ""
    record.declared_at = record.declared_by = None
    record.save()
    log(instance=page, action=TAKEN_BACK, user=by, data={"reason": reason})
    return record


def _locked(page: EducationPage, by) -> VersionRecord:
    if not by.has_perm(DECLARE):
        raise PermissionDenied
    record = VersionRecord.objects.select_for_update().filter(pk=page.pk).first()
    if record is None:
        raise ValidationError(_("The version is not behind, so there is nothing to declare."))
    return record
