"""What is done with forms: upload, make active, withdraw, delete, fill."""

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.calendar.rights import require_head_office
from campaigns.reports.figures import Selection
from campaigns.reports.models import ReportForm
from campaigns.reports.regulator import default, filling, names, template
from campaigns.reports.regulator.template import UnreadableFormError

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

State = ReportForm.State
SHIPPED = "金融教育宣传活动情况统计表（通用）"


def lay() -> None:
    """The form that we ship stands once, active; a withdrawn one stays withdrawn."""
    ReportForm.objects.get_or_create(file="", defaults={"name": SHIPPED, "state": State.ACTIVE})


def bytes_of(form: ReportForm) -> bytes:
    """The empty form. Raises UnreadableFormError where its file is gone."""
    if form.is_shipped:
        return default.as_xlsx()
    try:
        with form.file.open("rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise UnreadableFormError(_("its file is gone: upload it anew")) from error


def filled(form: ReportForm, selection: Selection) -> filling.Filled:
    """The form for these campaigns and regions.

    Raises UnreadableFormError, and Http404 for a region outside the user's own.
    """
    return filling.fill(bytes_of(form), names.values(selection))


def look(form: ReportForm, selection: Selection) -> filling.Seen:
    """The same without the workbook. Raises as filled does."""
    return filling.look(bytes_of(form), names.values(selection))


def upload(
    name: str, year: int | None, data: bytes, file_name: str, by: "AbstractBaseUser"
) -> ReportForm:
    """A new form, not active yet.

    Raises PermissionDenied, UnreadableFormError for what is no form, and ValidationError where the
    very same file is there already.
    """
    require_head_office(by)
    template.read(data)
    sha256 = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        same = ReportForm.objects.filter(sha256=sha256).exclude(state=State.WITHDRAWN).first()
        if same:
            raise ValidationError(
                {"file": _("This very file is there already: %(form)s.") % {"form": same}}
            )
        form = ReportForm(
            name=name, year=year, file_name=file_name[-255:], sha256=sha256, uploaded_by=by
        )
        form.file.save("form.xlsx", ContentFile(data), save=False)
        form.save()
    return form


def activate(form: ReportForm, by: "AbstractBaseUser", *, with_gaps: bool = False) -> None:
    """Offer it for filling. It is filled once before, for nobody, so that no broken one is offered.

    Raises PermissionDenied, UnreadableFormError, and ValidationError where no cell would be filled,
    or names are not known and nobody said that they may stay empty.
    """
    require_head_office(by)
    told = filling.fill(bytes_of(form), names.Values()).template
    if not told.places:
        raise ValidationError(_("No cell of it has a name that is known: nothing would be filled."))
    if (told.unknown or told.unusable) and not with_gaps:
        raise ValidationError(
            _("Some names cannot be filled: put them right, or tick that they stay empty.")
        )
    _decide(form, by, {State.DRAFT, State.WITHDRAWN}, State.ACTIVE)


def withdraw(form: ReportForm, by: "AbstractBaseUser") -> None:
    """Offer it no longer. Raises PermissionDenied, or ValidationError where it is not active."""
    require_head_office(by)
    _decide(form, by, {State.ACTIVE}, State.WITHDRAWN)


def delete(form: ReportForm, by: "AbstractBaseUser") -> None:
    """Take away one that was never active. Raises PermissionDenied or ValidationError."""
    require_head_office(by)
    with transaction.atomic():
        drafts = ReportForm.objects.select_for_update().filter(state=State.DRAFT)
        draft = drafts.filter(pk=form.pk).first()
        if draft is None or draft.is_shipped:
            raise ValidationError(_("It has been in use: withdraw it instead."))
        path = draft.file.path
        draft.delete()
        transaction.on_commit(lambda: Path(path).unlink(missing_ok=True))


def _decide(form: ReportForm, by, before: set[str], after: str) -> None:
    moved = ReportForm.objects.filter(pk=form.pk, state__in=before).update(
        state=after, decided_at=timezone.now(), decided_by=by
    )
    if not moved:
        raise ValidationError(_("That had been done already; nothing was changed."))
