"""A version goes through legal review as any page does: translators submit, reviewers decide.

What approval then does is not decided here: WAGTAIL_FINISH_WORKFLOW_ACTION publishes, or waits for
the other languages (content.translation.together).
"""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, WorkflowState
from wagtail_localize.models import Translation

from content.models import EducationPage
from content.translation import readiness
from content.translation.together import choosing


@dataclass(frozen=True)
class Standing:
    """What the user may do with a version, and why not more."""

    may_look: bool
    may_write: bool
    # Whether it can be submitted now; whether the user is asked to decide; to take it back.
    may_submit: bool
    may_decide: bool
    may_take_back: bool
    # Sentences: where the review stands, and what keeps the user from writing.
    review: str = ""
    kept: str = ""
    comment: str = ""


def standing(page: Page, user: AbstractBaseUser) -> Standing:
    """What the page's rights and its review let the user do."""
    rights = page.permissions_for_user(user)
    lock = page.get_lock()
    is_kept = bool(lock and lock.for_user(user))
    may_edit = rights.can_edit()
    state = page.current_workflow_state
    in_review = bool(state and state.status == WorkflowState.STATUS_IN_PROGRESS)
    return Standing(
        may_look=may_edit or rights.can_publish(),
        may_write=may_edit and not is_kept,
        may_submit=may_edit and not is_kept and not in_review and page.has_workflow,
        may_decide=in_review and "approve" in _actions(page, user),
        may_take_back=in_review and state.user_can_cancel(user),
        review=_review_in_words(state),
        kept=_kept_in_words(page, user, is_kept=is_kept, in_review=in_review),
        comment=_last_comment(state),
    )


def _actions(page: Page, user: AbstractBaseUser) -> set[str]:
    task = page.current_workflow_task
    return {name for name, _label, _modal in task.get_actions(page, user)} if task else set()


def _review_in_words(state: WorkflowState | None) -> str:
    if state is None:
        return ""
    task = state.current_task_state.task.name if state.current_task_state else ""
    if state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        return _("Sent back: change what the reviewer asks for and submit it again.")
    return _("Submitted, waiting for: %(task)s.") % {"task": task}


def _kept_in_words(page: Page, user: AbstractBaseUser, *, is_kept: bool, in_review: bool) -> str:
    if not is_kept:
        return ""
    if page.locked:
        who = (
            page.locked_by.get_full_name() or page.locked_by.get_username()
            if page.locked_by
            else ""
        )
        return _("Locked by %(who)s: nothing can be changed until it is unlocked.") % {"who": who}
    if in_review:
        return _("Under review: only reviewers can change it now.")
    return _("It is approved and waits for its hour: nothing can be changed until then.")


def _last_comment(state: WorkflowState | None) -> str:
    return state.current_task_state.comment if state and state.current_task_state else ""


@transaction.atomic
def submit(page: Page, user: AbstractBaseUser) -> None:
    """Start the review, or go on with the one that asked for changes, as Wagtail's editor does."""
    state = page.current_workflow_state
    if state and state.status == WorkflowState.STATUS_NEEDS_CHANGES:
        state.resume(user)
    else:
        page.get_workflow().start(page, user)


def decide(page: Page, user: AbstractBaseUser, action: str, comment: str) -> bool:
    """Approve or ask for changes; False where that is not the user's to do."""
    if action not in _actions(page, user):
        return False
    page.current_workflow_task.on_action(
        page.current_workflow_task_state, user, action, comment=comment
    )
    return True


def goes_together(page: Page) -> bool:
    """Whether approving the page waits for the piece's other languages."""
    return isinstance(page, EducationPage) and choosing.goes_together(page.translation_key)


def outcome(page: Page) -> str:
    """What has become of a page that was approved just now, in a sentence or two."""
    page = type(page).objects.get(pk=page.pk)
    if page.workflow_in_progress:
        return _("Approved. %(next)s") % {"next": _review_in_words(page.current_workflow_state)}
    if page.live and page.live_revision_id == page.latest_revision_id:
        return _("Approved, and public.")
    at = page.latest_revision.approved_go_live_at
    if at:
        told = _("Approved. It goes live on %(at)s (Beijing).")
        return told % {"at": f"{timezone.localtime(at):%Y-%m-%d %H:%M}"}
    if not goes_together(page):
        return _("Approved.")
    waits = _("Approved. It is not public yet: it goes live together with its other languages.")
    in_the_way = _still_in_the_way(page)
    if not in_the_way:
        return waits
    return waits + " " + _("In the way: %(what)s") % {"what": "; ".join(in_the_way)}


def _still_in_the_way(page: EducationPage) -> list[str]:
    """Language by language, the first thing that the piece waits for."""
    members = readiness.checked(readiness.members_of(page.translation_key))
    told = []
    for member in members:
        if member.blockers:
            told.append(f"{member.name}: {member.blockers[0].message}")
        elif member.has_news and not member.is_approved:
            told.append(f"{member.name}: {_('not approved yet')}")
    return told


def translation_of(page: Page) -> Translation | None:
    """wagtail-localize's running translation whose target is the page."""
    return (
        Translation.objects.filter(
            source__object=page.translation_key, target_locale=page.locale_id, enabled=True
        )
        .select_related("source__locale", "source__specific_content_type", "target_locale")
        .first()
    )
