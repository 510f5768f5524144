"""What a change does to a term: whose word makes it agreed, and what follows from what.

Translators may add and change terms. A change of a term's words is a proposal until somebody with
the right to approve looks at it; of those, each settles the status with the change.
"""

from django.utils import timezone

from content.glossary import wording
from content.models import GlossaryTerm

APPROVE = "content.approve_glossaryterm"


def may_approve(user) -> bool:
    """Whether the user decides what is agreed."""
    return user.has_perm(APPROVE)


def settle(term: GlossaryTerm, before: GlossaryTerm | None, user) -> None:
    """Bring a changed term into the state that the user's change of `before` leaves it in.

    `before` is None for a new term. The term is not saved.
    """
    term.prepare()
    if before:
        _follow_the_cyrillic(term, before)
    changed = before is None or words_changed(term, before)
    status = GlossaryTerm.Status
    if not may_approve(user):
        term.status = status.PROPOSED if changed else before.status
    if term.status != status.APPROVED:
        term.approved_by, term.approved_at = None, None
    elif changed or before.status != status.APPROVED:
        term.approved_by, term.approved_at = user, timezone.now()


def words_changed(term: GlossaryTerm, before: GlossaryTerm) -> bool:
    """Whether the term now says something else."""
    return any(getattr(term, name) != getattr(before, name) for name in GlossaryTerm.WORDS)


def _follow_the_cyrillic(term: GlossaryTerm, before: GlossaryTerm) -> None:
    if term.kk == before.kk:
        return
    # Typed by somebody, who has so read it; what was made anew by `prepare` is not.
    if term.kk_arab == before.kk_arab and before.kk:
        term.kk_unread = False
        # Arabic script that is the converter's own goes with it; somebody's spelling stays.
        if term.kk and wording.follows(before.kk_arab, before.kk):
            term.kk_arab = ""
    term.prepare()
