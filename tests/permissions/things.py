"""What the addresses are opened on: own things, and those of another region."""

import uuid
from datetime import date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from campaigns.channels.adapters.zipped import keep_package
from campaigns.field import photos, sessions
from campaigns.models import (
    Channel,
    EvidencePackage,
    Handover,
    HeldEntry,
    ImportBatch,
    PackageLink,
    PartnerItem,
    PartnerMail,
    Pause,
    Plan,
    Posting,
    PublicHoliday,
    Push,
    PushItem,
    PushTemplate,
    ReachEntry,
    RegionalWindow,
    ReportForm,
    ReportToken,
    Series,
    Snapshot,
    Target,
    Task,
    TaskTemplate,
    TrackedLink,
)
from campaigns.reach.ledger import NewEntry, record
from campaigns.regions.roles import Role
from campaigns.reports import figures, snapshots
from content.models import (
    Audience,
    Category,
    GlossaryImport,
    GlossaryTerm,
    PoImport,
    PopularQuestion,
    SpellingException,
)
from content.translation import starting
from content.translation.rights import target_locales
from tests.content.translation.making import make_translated, translation_into
from tests.factories import AccountFactory, EditionFactory, make_case, picture


@pytest.fixture
def things(tree, django_user_model) -> dict[str, dict[str, dict]]:
    """One thing of each kind below the roles' region and one in another province, as kwargs."""
    edition, piece, field = EditionFactory(), make_case("case"), Channel.objects.get(code="field")
    kazakh = make_case("case-kk", language="kk", translation_of=piece)
    someone = django_user_model.objects.create_user("someone")
    starting.start(piece.translation_key, target_locales(), someone)

    def of(where: str, code: str) -> dict[str, dict]:
        region = tree[code]
        shared = {
            "by": someone,
            "region": region,
            "form": "stall",
            "venue_class": "rural",
            "place": where,
            "language": "kk-arab",
        }
        past = timezone.now() - timedelta(hours=5)
        planned = sessions.plan(starts_at=past, **shared)
        reported = sessions.plan(starts_at=past - timedelta(days=1), **shared)
        sessions.report(reported, 10, 10, "", someone)
        batch = ImportBatch.objects.create(file_name=f"{where}.csv", sha256=where)
        entry = NewEntry(
            batch=batch,
            channel=field,
            region=region,
            metric="attendance",
            basis="self-reported",
            day=date(2026, 3, 9),
            count=1,
            origin=ReachEntry.Origin.IMPORT,
            source_key=where,
        )
        rows = {
            "region": region,
            "posting": Posting.objects.create(user=someone, region=region, role=Role.EDITOR),
            "planned": planned,
            "reported": reported,
            "entry": record([entry])[0],
            "batch": batch,
            "evidence": EvidencePackage.objects.create(region=region, requested_by=someone),
            "target": Target.objects.create(edition=edition, region=region, value=1),
            "link": TrackedLink.objects.create(
                label="x", page=piece, channel=field, region=region, code=where
            ),
            "account": AccountFactory(code=f"wechat:{code}", adapter="wechat"),
            "sms": AccountFactory(code=f"sms:{code}", adapter="handover"),
            "partner": AccountFactory(code=f"partner:{code}", adapter="partner"),
        }
        rows |= outward(edition, piece, rows)
        rows["held"] = HeldEntry.objects.create(
            batch=batch,
            number=3,
            kind="parent_child",
            against=where,
            against_count=1,
            source_key=f"held:{where}",
            channel=field,
            region=region,
            metric="attendance",
            basis="self-reported",
            day=date(2026, 3, 9),
            count=1,
        )
        rows["push"] = Push.objects.create(
            edition=edition,
            page=piece,
            language="zh-hans",
            account=rows["account"],
            scheduled_at=datetime(2026, 3, 9, tzinfo=timezone.get_current_timezone()),
            try_at=datetime(2026, 3, 9, tzinfo=timezone.get_current_timezone()),
        )
        rows["pause"] = Pause.objects.create(
            account=rows["account"], reason="x", begun_at=past, begun_by=someone
        )
        rows["report_token"] = ReportToken.objects.create(
            system=where, region=region, selector=where
        )
        rows["snapshot"] = snapshot_of(edition, region, someone)
        rows["task"] = Task.objects.create(
            edition=edition, region=region, title=where, due_on=date(2026, 3, 9)
        )
        rows["open_push"] = PushItem.objects.create(
            edition=edition,
            region=region,
            title=where,
            language="zh-hans",
            scheduled_at=past,
            source=where,
            task=rows["task"],
        )
        rows["window"] = RegionalWindow.objects.create(
            edition=edition, region=region, starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 31)
        )
        rows["holiday"] = PublicHoliday.objects.create(
            name=where, first_day=date(2026, 3, 20), region=region
        )
        photos.keep(reported, [picture()], someone)
        plan = rows["plan"] = Plan.objects.create(edition=edition, region=region)
        plan.versions.create(number=1, content={}, submitted_at=past)
        attachment = plan.attachments.create(name=where, sha256="x")
        return {kind: {"pk": row.pk} for kind, row in rows.items()} | {
            "agenda_push": {"kind": "push", "pk": rows["push"].pk},
            "evidence_act": {"pk": rows["evidence"].pk, "act": "delete"},
            "version": {"pk": plan.pk, "number": 1},
            "photo": {"pk": reported.pk, "photo": reported.photos.get().pk},
            "attachment": {"pk": plan.pk, "attachment": attachment.pk},
        }

    arab = translation_into(make_translated("translated"), "kk-arab")
    everywhere = {
        "translation": {"translation_id": arab.pk},
        "translation_text": {
            "translation_id": arab.pk,
            "segment_id": arab.source.stringsegment_set.first().pk,
        },
        "translation_string": {
            "translation_id": arab.pk,
            "string_segment_id": arab.source.stringsegment_set.first().pk,
        },
        "translation_picture": {
            "translation_id": arab.pk,
            "overridable_segment_id": arab.source.overridablesegment_set.first().pk,
        },
        "translation_source": {"translation_source_id": arab.source_id},
        "localized_page": {"page_id": piece.pk},
        "localized_version": {"page_id": kazakh.pk},
        "code": {"code": "own"},
        "piece_code": {"code": "case"},
        "po_import": {"key": PoImport.objects.create(file_name="x.po").key},
        "translated_piece": {"key": piece.translation_key, "language": "kk-arab"},
        "handwritten_piece": {"key": piece.translation_key, "language": "kk"},
        "token": {"token": "nobodys"},
        "signed": {"signed": "1:nobodys"},
        "file": {"path": "nothing.png"},
        "snippet_list": {"rest": "content/glossaryterm/"},
        "hook": {"pk": 0},
        "language": {"language": "kk"},
        "category": {"pk": Category.objects.first().pk},
        "version_page": {"pk": kazakh.pk},
        "audience": {"pk": Audience.objects.first().pk},
        "spelling": {"pk": SpellingException.objects.create(cyrillic="ит", arabic="ءيت").pk},
        "term": {"pk": GlossaryTerm.objects.first().pk},
        "term_file": {"pk": GlossaryImport.objects.create(file_name="x", staged_by=someone).pk},
        "kind": {"kind": "csv"},
        "question": {"pk": PopularQuestion.objects.create(language="kk", text="?").pk},
        "edition": {"pk": edition.pk},
        "series": {"pk": Series.objects.first().pk},
        "taskrow": {"pk": TaskTemplate.objects.first().pk},
        "pushrow": {"pk": PushTemplate.objects.first().pk},
        "channel": {"pk": field.pk},
        "metric": {"pk": "views"},
        "report_form": {"pk": ReportForm.objects.get().pk},
        "report_form_act": {"pk": ReportForm.objects.get().pk, "act": "withdraw"},
        # Nobody's own: a feed answers to its address, and to its owner.
        "feed": {"pk": 0},
        "feed_address": {"selector": "0", "secret": "0"},
        "subscription": {"pk": 0, "act": "pause"},
    }
    return {
        "own": everywhere | of("own", "654321"),
        "other": of("other", "430102"),
    }


def snapshot_of(edition, region, someone) -> Snapshot:
    day = edition.starts_on
    chosen = figures.Selection((edition,), False, day, day, None, region)
    return snapshots.close(chosen, someone, snapshots.preview(chosen).seen)


def outward(edition, piece, rows: dict) -> dict:
    """What was handed to a person and to a partner, with files that are there."""
    package = keep_package(uuid.uuid4(), b"PK")
    given = {
        "edition": edition,
        "page": piece,
        "language": "zh-hans",
        "scheduled_at": timezone.now(),
        "package": package,
    }
    handover = Handover.objects.create(
        key=uuid.uuid4(), account=rows["sms"], due_at=timezone.now(), **given
    )
    handover.evidence.save("proof.png", ContentFile(b"x"))
    item = PartnerItem.objects.create(
        key=uuid.uuid4(), account=rows["partner"], size=2, embargo_until=timezone.now(), **given
    )
    return {
        "handover": handover,
        "item": item,
        "package_link": PackageLink.objects.create(item=item, expires_at=timezone.now()),
        "mail": PartnerMail.objects.create(item=item, started_at=timezone.now()),
    }
