"""Pieces in several languages, for tests."""

from wagtail.models import Workflow

from tests.factories import make_case

LANGUAGES = ("zh-hans", "kk-arab", "kk")


def drafted(code: str = "piece", languages=LANGUAGES) -> list:
    """The piece as drafts in these languages, the Chinese first; none is public."""
    pages = []
    for language in languages:
        page = make_case(
            f"{code}-{language}",
            language=language,
            live=False,
            translation_of=pages[0] if pages else None,
        )
        page.save_revision()
        pages.append(page)
    return [fresh(page) for page in pages]


def fresh(page):
    return type(page).objects.get(pk=page.pk)


def edited(page, **changes):
    """Another draft of it."""
    page = fresh(page).get_latest_revision_as_object()
    for name, value in (changes or {"summary": "改过的摘要"}).items():
        setattr(page, name, value)
    page.save_revision()
    return fresh(page)


def handed_in(page, by):
    """In review."""
    workflow = fresh(page).get_workflow() or Workflow.objects.get()
    return workflow.start(fresh(page), by)


def approved(page, by):
    """Handed in and approved by that reviewer."""
    review = handed_in(page, by)
    review.current_task_state.specific.approve(user=by)
    return fresh(page)
