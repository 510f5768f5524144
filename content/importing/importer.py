"""Bringing a folder of Markdown files into the zone: plan, then one transaction a file."""

from dataclasses import dataclass, field
from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from django.utils.text import slugify
from wagtail.log_actions import log
from wagtail.models import Locale, Page

from content.importing.pages import MODELS, fill
from content.importing.planning import Action, Progress, Step, make_plan
from content.importing.problems import Notice, Problem
from content.importing.store import AssetStore
from content.models import EducationPage, SectionPage

UNREVIEWED = "content.publish_without_review"  # registered in content/wagtail_hooks.py


@dataclass
class Report:
    """What an import did, or with a dry run would do. Figures are files."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    errors: int = 0
    problems: list[Problem] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)

    @property
    def summary(self) -> str:
        return (
            f"created={self.created} updated={self.updated} "
            f"unchanged={self.unchanged} errors={self.errors}"
        )


def _silent(what: str, done: int, total: int) -> None:
    return


def import_folder(
    folder: Path, *, dry_run: bool = False, publish: bool = False, progress: Progress = _silent
) -> Report:
    """Bring in every *.md below the folder; a file that cannot go in is reported, the rest do.

    publish puts the pieces before the public at once, which the log records as past review.
    Raises nothing for what is in the files; database failures of the whole do pass through.
    """
    plan = make_plan(folder, publish=publish, progress=progress)
    report = Report()
    failed: set[str] = set()
    for done, step in enumerate(plan.steps, start=1):
        if step.original in failed:
            words = f"the original {step.original!r} could not go in: mend it first"
            step.reading.report(step.reading.fields.line("translation_of"), "translation_of", words)
        elif not dry_run:
            _try(step, publish=publish)
        if step.reading.problems:
            if step.action is Action.CREATE:
                failed.add(step.material.code)
        else:
            _count(step, report)
        progress("done", done, len(plan.steps))
    for reading in plan.readings:
        report.errors += bool(reading.problems)
        report.problems += sorted(reading.problems, key=lambda problem: problem.line)
        report.notices += [] if reading.problems else reading.notices
    return report


def _count(step: Step, report: Report) -> None:
    match step.action:
        case Action.CREATE:
            report.created += 1
        case Action.UPDATE | Action.PUBLISH:
            report.updated += 1
        case Action.NOTHING:
            report.unchanged += 1


def _try(step: Step, *, publish: bool) -> None:
    """Do the step wholly or not at all; what went wrong becomes a problem of the file."""
    if step.action is Action.NOTHING:
        return
    store = AssetStore()
    done = False
    try:
        with transaction.atomic():
            _do(step, store, publish=publish)
        done = True
    except ValidationError as error:
        for name, words in _by_field(error):
            step.reading.report(step.reading.fields.line(name), name, words)
    except (DatabaseError, OSError) as error:
        step.reading.report(1, "file", f"could not be stored: {error}")
    finally:
        if not done:
            store.take_back()


def _by_field(error: ValidationError) -> list[tuple[str, str]]:
    if hasattr(error, "error_dict"):
        return [(name, words) for name, all_ in error.message_dict.items() for words in all_]
    return [("file", words) for words in error.messages]


def _do(step: Step, store: AssetStore, *, publish: bool) -> None:
    page = _created(step, store) if step.page is None else _revised(step, store)
    changed = step.action is not Action.PUBLISH
    revision = page.latest_revision
    if revision is None or changed:
        created = step.action is Action.CREATE
        revision = page.save_revision(log_action=not created, changed=changed)
    if publish:
        revision.publish(changed=changed)
        log(instance=page, action=UNREVIEWED, revision=revision, content_changed=changed)


def _created(step: Step, store: AssetStore) -> EducationPage:
    wanted = step.material
    page = MODELS[wanted.type](
        code=wanted.code,
        slug=_free_slug(wanted.code, step.section),
        locale=Locale.objects.get(language_code=wanted.lang),
        translation_key=step.translation_key,
        live=False,
        has_unpublished_changes=True,
    )
    fill(page, wanted, None, store)
    SectionPage.objects.get(pk=step.section.pk).add_child(instance=page)
    log(instance=page, action="wagtail.create", content_changed=True)
    return page


def _revised(step: Step, store: AssetStore) -> EducationPage:
    """The page with the file's content, not saved yet; place and family are changed at once."""
    pk = step.page.pk
    if step.moves:
        Page.objects.get(pk=pk).move(SectionPage.objects.get(pk=step.section.pk), pos="last-child")
    if step.page.translation_key != step.translation_key:
        Page.objects.filter(pk=pk).update(translation_key=step.translation_key)
    page = EducationPage.objects.get(pk=pk).specific.get_latest_revision_as_object()
    if step.action is Action.UPDATE:
        fill(page, step.material, step.current, store)
    return page


def _free_slug(code: str, section: SectionPage) -> str:
    """The code as an address; with a number behind it where the shelf has that address."""
    wanted = slugify(code.replace(".", "-")) or "piece"
    taken = set(
        section.get_children().filter(slug__startswith=wanted).values_list("slug", flat=True)
    )
    numbered = (f"{wanted}-{n}" for n in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(s for s in numbered if s not in taken)
