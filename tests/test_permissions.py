"""Every address x every role x own region, other region, anonymous.

ADDRESSES names each address of our own, with the roles that it opens to; an address that stands
there no longer, or is missing, fails. A new screen: one line here. Addresses of Wagtail and its
add-ons are held to one rule: nobody gets in without logging in.

Roles are posted at the city 654300. "Own" things lie in the county below it, "other" things in
another province: there whoever may use the screen gets 404, and nobody else gets further than that.
`head` are roles to which an address opens only where they are posted at head office.
"""

import re
import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import RoutePattern, URLResolver
from django.utils import timezone

from campaigns.channels.adapters.zipped import keep_package
from campaigns.field import photos, sessions
from campaigns.models import (
    Channel,
    EvidencePackage,
    Handover,
    Heartbeat,
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

pytestmark = pytest.mark.filterwarnings("ignore:No directory at")

SILENT = 'data-heartbeat="silent"'
NOBODY: frozenset[Role] = frozenset()
EVERYBODY = frozenset(Role)
EDITORIAL = {Role.EDITOR, Role.CAMPAIGN_ADMINISTRATOR, Role.ADMINISTRATOR}
TRANSLATION = {Role.EDITOR, Role.TRANSLATOR, Role.ADMINISTRATOR}
CAMPAIGN, COORDINATOR, MANAGER, ADMINISTRATOR = (
    Role.CAMPAIGN_ADMINISTRATOR,
    Role.REGIONAL_COORDINATOR,
    Role.MANAGER,
    Role.ADMINISTRATOR,
)
WRITERS = {Role.EDITOR, Role.TRANSLATOR, ADMINISTRATOR}
DESK = WRITERS | {Role.REVIEWER}
FIELD = {COORDINATOR, MANAGER, CAMPAIGN, ADMINISTRATOR}
PLAN = FIGURES = {CAMPAIGN, COORDINATOR, MANAGER, ADMINISTRATOR}
PLANNERS = {CAMPAIGN, COORDINATOR}
TERMINOLOGY = {Role.TRANSLATOR, Role.REVIEWER, ADMINISTRATOR}
GLOSSARY = "wagtailsnippets_content_glossaryterm"
PAGE_WORKERS = {Role.EDITOR, Role.TRANSLATOR, Role.REVIEWER, ADMINISTRATOR}


@dataclass(frozen=True)
class Address:
    """Who gets in, on what kind of thing (see `things`), by which method, and what they see."""

    roles: frozenset[Role] = EVERYBODY
    on: str = ""
    method: str = "get"
    seen: str = "shown"
    head: frozenset[Role] = NOBODY


def opens(*roles: Role, on: str = "", method: str = "get", seen: str = "shown") -> Address:
    return Address(frozenset(roles), on, method, seen)


def public(seen: str = "shown", on: str = "", method: str = "get") -> Address:
    return Address(EVERYBODY, on, method, seen)


def at_head_office(*roles: Role, on: str = "") -> Address:
    return Address(NOBODY, on, head=frozenset(roles))


def stock(namespace: str, on: str, looks, works, *names: str, head=NOBODY) -> dict[str, Address]:
    """The addresses of a viewset: lists and inspection for those who look, the rest for others."""
    lists = {"index", "index_results", "list", "list_results", "inspect"}
    return {
        f"{namespace}:{name}": Address(
            frozenset(looks if name in lists else works),
            on="" if name in lists - {"inspect"} or name == "add" else on,
            head=frozenset() if name in lists else frozenset(head),
        )
        for name in names
    }


LIST = ("index", "index_results")
HISTORY = ("history", "history_results")
SNIPPET = ("list", "list_results", "add", "edit", "usage", *HISTORY)

ADDRESSES: dict[str, Address] = {
    # Public
    "healthz": public(),
    "to_reader_language": public(seen="elsewhere"),
    "campaigns:hit": public(seen="405"),
    "campaigns:counting": public(on="language"),
    "campaigns:wechat_event": public(seen="refused", on="hook"),
    "campaigns:short_link": public(seen="elsewhere", on="code"),
    "content_api:pieces:listing": public(),
    "content_api:pieces:detail": public(on="piece_code"),
    "content_api:deleted:listing": public(),
    "no_such_api": public("404"),
    "^media/(?P<path>.*)$": public(seen="404", on="file"),
    # Translation queue
    "translation:queue": opens(*TRANSLATION, Role.REVIEWER),
    "translation:piece": opens(*TRANSLATION, Role.REVIEWER, on="translated_piece"),
    "translation:act": opens(*TRANSLATION, method="post", seen="elsewhere"),
    "translation:po_upload": opens(*TRANSLATION),
    "translation:po_export": opens(*TRANSLATION, on="translated_piece"),
    # Somebody else's preview is nobody's.
    "translation:po_import": opens(*TRANSLATION, on="po_import", seen="404"),
    "translation:po_undo": opens(*TRANSLATION, on="po_import", seen="404"),
    "translation:adapt": opens(*TRANSLATION, on="translated_piece"),
    "translation:adopt": opens(*TRANSLATION, on="handwritten_piece"),
    "translation:literal": opens(*TRANSLATION, on="translated_piece"),
    # End of the translation queue
    # Content floor, Kazakh spelling: translators write, reviewers and administrators approve
    **stock(
        "wagtailsnippets_content_spellingexception",
        "spelling",
        {Role.TRANSLATOR, Role.REVIEWER, ADMINISTRATOR},
        {Role.TRANSLATOR, ADMINISTRATOR},
        *SNIPPET,
    ),
    "wagtailsnippets_content_spellingexception:delete": opens(on="spelling"),
    "kazakh_spelling:effects": opens(Role.TRANSLATOR, Role.REVIEWER, ADMINISTRATOR, on="spelling"),
    "kazakh_spelling:approve": opens(
        Role.REVIEWER, ADMINISTRATOR, on="spelling", method="post", seen="elsewhere"
    ),
    "kazakh_spelling:reconvert": opens(
        Role.TRANSLATOR,
        Role.REVIEWER,
        ADMINISTRATOR,
        on="spelling",
        method="post",
        seen="elsewhere",
    ),
    # Search
    "search": public(),
    "search_report": opens(Role.EDITOR, CAMPAIGN, ADMINISTRATOR),
    "search_report_results": opens(Role.EDITOR, CAMPAIGN, ADMINISTRATOR),
    "search_release": opens(Role.EDITOR, CAMPAIGN, ADMINISTRATOR, method="post", seen="404"),
    **stock(
        "popularquestion",
        "question",
        EDITORIAL,
        EDITORIAL,
        *LIST,
        "add",
        "edit",
        "delete",
        "usage",
        *HISTORY,
    ),
    # The words that pieces are sorted by
    **stock(
        "wagtailsnippets_content_category",
        "category",
        EDITORIAL,
        {CAMPAIGN, ADMINISTRATOR},
        *SNIPPET,
    ),
    "wagtailsnippets_content_category:delete": opens(on="category"),
    **stock(
        "wagtailsnippets_content_audience",
        "audience",
        EDITORIAL,
        {CAMPAIGN, ADMINISTRATOR},
        *SNIPPET,
    ),
    "wagtailsnippets_content_audience:delete": opens(on="audience"),
    # Translation (DESK): what the page's rights say, wherever one is posted.
    "translation_desk:desk": opens(*DESK, on="translation"),
    "translation_desk:text": opens(*WRITERS, on="translation_text", method="post"),
    "translation_desk:convert": opens(*WRITERS, on="translation"),
    "translation_desk:review": opens(*DESK, on="translation", method="post", seen="elsewhere"),
    # In the place of wagtail-localize's own addresses (DESK)
    "translation_doors:submit": opens(*TRANSLATION, on="localized_page", seen="elsewhere"),
    "translation_doors:update": opens(*TRANSLATION, on="translation_source"),
    "translation_doors:string": opens(
        *WRITERS, on="translation_string", method="delete", seen="404"
    ),
    "translation_doors:override": opens(
        *WRITERS, on="translation_picture", method="delete", seen="404"
    ),
    "translation_doors:upload_pofile": opens(
        *WRITERS, on="translation", method="post", seen="elsewhere"
    ),
    "translation_doors:stop": opens(*WRITERS, on="translation", method="post", seen="elsewhere"),
    "translation_doors:to_alias": opens(*WRITERS, on="localized_version", seen="elsewhere"),
    "translation_doors:report": opens(*PAGE_WORKERS, seen="elsewhere"),
    "translation_doors:report_results": opens(*PAGE_WORKERS, seen="elsewhere"),
    "translation_doors:snippets": opens(*PAGE_WORKERS, on="snippet_list", seen="404"),
    # The glossary
    **stock(
        GLOSSARY,
        "term",
        {Role.EDITOR, *TERMINOLOGY},
        TERMINOLOGY,
        *("list", "list_results", "add", "edit", "usage", *HISTORY),
    ),
    f"{GLOSSARY}:delete": opens(ADMINISTRATOR, on="term"),
    f"{GLOSSARY}:export": opens(Role.EDITOR, *TERMINOLOGY, on="kind"),
    f"{GLOSSARY}:import": opens(*TERMINOLOGY),
    # Somebody else's is nobody's.
    **{
        f"{GLOSSARY}:import_{deed}": opens(*TERMINOLOGY, on="term_file", method=method, seen="404")
        for deed, method in (
            ("preview", "get"),
            ("errors", "get"),
            ("commit", "post"),
            ("drop", "post"),
        )
    },
    # Versions of a piece in several languages (content/translation)
    "versions:changes": opens(*PAGE_WORKERS, on="version_page"),
    "versions:together": opens(*PAGE_WORKERS, on="version_page"),
    # Organisation
    **stock("region", "region", {ADMINISTRATOR}, {ADMINISTRATOR}, *LIST, "add", "edit", *HISTORY),
    **stock("posting", "posting", {ADMINISTRATOR}, {ADMINISTRATOR}, *LIST, "add", "delete"),
    # Campaigns, channels, pushes
    **stock(
        "series", "series", PLAN, NOBODY, *LIST, "inspect", "add", "edit", *HISTORY, head={CAMPAIGN}
    ),
    **stock(
        "edition",
        "edition",
        PLAN,
        NOBODY,
        *LIST,
        "inspect",
        "add",
        "edit",
        *HISTORY,
        head={CAMPAIGN},
    ),
    **stock("channel", "channel", PLAN, {ADMINISTRATOR}, *LIST, "inspect", "add", "edit", *HISTORY),
    **stock(
        "channelaccount",
        "account",
        PLAN,
        {CAMPAIGN, ADMINISTRATOR},
        *LIST,
        "inspect",
        "add",
        "edit",
        *HISTORY,
    ),
    "campaigns_admin:connection": opens(CAMPAIGN, ADMINISTRATOR, on="account"),
    "campaigns_admin:test_connection": opens(
        CAMPAIGN, ADMINISTRATOR, on="account", method="post", seen="elsewhere"
    ),
    **stock("push", "push", PLAN, {CAMPAIGN}, *LIST, "inspect", "add", "edit", "cancel"),
    # What does not fit the push's state leads back to its timeline.
    **{
        f"push:{name}": opens(CAMPAIGN, on="push", seen="elsewhere")
        for name in ("send_now", "ask", "unapprove", "withdraw", "call_off")
    },
    **{
        f"push:{name}": opens(CAMPAIGN, on="push", method="post", seen="elsewhere")
        for name in ("check", "approve")
    },
    "push:bulk": opens(CAMPAIGN, method="post"),
    "push:pauses": opens(*PLAN),
    "push:resume": opens(CAMPAIGN, on="pause"),
    # Schedules, plans, targets of an edition
    "edition:open": at_head_office(CAMPAIGN),
    "edition:shift": at_head_office(CAMPAIGN, on="edition"),
    "edition:copy": at_head_office(CAMPAIGN, on="edition"),
    "edition:notice": opens(*PLAN, on="edition", seen="404"),
    "edition:complete": opens(CAMPAIGN, on="open_push"),
    "edition:targets": opens(*FIGURES, on="edition"),
    "edition:targets_xlsx": opens(*FIGURES, on="edition"),
    "edition:targets_import": opens(CAMPAIGN, MANAGER, on="edition"),
    "edition:split": opens(CAMPAIGN, MANAGER, on="edition"),
    **stock("regionalwindow", "window", PLAN, {CAMPAIGN}, *LIST, "add", "edit", "delete", *HISTORY),
    **stock(
        "tasktemplate",
        "taskrow",
        PLAN,
        NOBODY,
        *LIST,
        "add",
        "edit",
        "delete",
        *HISTORY,
        head={CAMPAIGN},
    ),
    **stock(
        "pushtemplate",
        "pushrow",
        PLAN,
        NOBODY,
        *LIST,
        "add",
        "edit",
        "delete",
        *HISTORY,
        head={CAMPAIGN},
    ),
    **stock("task", "task", PLAN, PLANNERS, *LIST, "inspect", "add", "edit", *HISTORY),
    "task:mark": opens(*PLANNERS, on="task", method="post", seen="elsewhere"),
    **stock("plan", "plan", PLAN, PLANNERS, *LIST, "inspect", "add", "edit", *HISTORY),
    "plan:hand_in": opens(*PLANNERS, on="plan", method="post", seen="elsewhere"),
    "plan:attach": opens(*PLANNERS, on="plan", method="post", seen="elsewhere"),
    "plan:attachment": opens(*PLAN, on="attachment", seen="404"),
    "plan:withdraw": opens(*PLANNERS, on="attachment", method="post", seen="elsewhere"),
    "plan:version": opens(*PLAN, on="version"),
    "plan:send_back": opens(MANAGER, on="version"),
    "plan:approve": opens(MANAGER, on="version", method="post", seen="elsewhere"),
    **stock(
        "publicholiday",
        "holiday",
        PLAN,
        {CAMPAIGN},
        *LIST,
        "add",
        "edit",
        "delete",
        *HISTORY,
    ),
    # What people do by hand, and partner media
    **stock("handover", "handover", PLAN, NOBODY, *LIST, "inspect"),
    "handover:package": opens(*PLAN, on="handover"),
    "handover:evidence": opens(*PLAN, on="handover"),
    "handover:confirm": opens(CAMPAIGN, COORDINATOR, on="handover"),
    "handover:refuse": opens(CAMPAIGN, COORDINATOR, on="handover"),
    "campaigns_admin:handover_setup": opens(CAMPAIGN, ADMINISTRATOR, on="sms"),
    "campaigns_admin:partner": opens(*PLAN, on="partner"),
    "campaigns_admin:partner_setup": opens(CAMPAIGN, ADMINISTRATOR, on="partner"),
    "campaigns_admin:partner_feed_address": opens(
        CAMPAIGN, ADMINISTRATOR, on="partner", method="post"
    ),
    "campaigns_admin:partner_item": opens(CAMPAIGN, ADMINISTRATOR, on="item"),
    **{
        f"campaigns_admin:{name}": opens(
            CAMPAIGN, ADMINISTRATOR, on=on, method="post", seen="elsewhere"
        )
        for name, on in (
            ("partner_link", "item"),
            ("partner_close", "package_link"),
            ("partner_mail", "mail"),
        )
    },
    "campaigns:partner_feed": public(seen="404", on="token"),
    "campaigns:partner_package": public(seen="404", on="signed"),
    # Field work
    **stock("fieldsession", "planned", FIELD, {COORDINATOR}, *LIST, "inspect", "add", "edit"),
    "fieldsession:pieces": opens(COORDINATOR),
    "fieldsession:photos": opens(COORDINATOR, on="reported"),
    "fieldsession:photo": opens(*FIELD, on="photo"),
    "fieldsession:photo_remove": opens(COORDINATOR, on="photo"),
    "fieldsession:report": opens(COORDINATOR, on="planned"),
    "fieldsession:cancel": opens(COORDINATOR, on="planned"),
    "fieldsession:send_back": opens(COORDINATOR, MANAGER, on="reported"),
    "fieldsession:approve": opens(
        COORDINATOR, MANAGER, on="reported", method="post", seen="elsewhere"
    ),
    # Calendar
    "campaigns:calendar_feed": public(seen="404", on="feed_address"),
    **{
        f"campaigns_admin:agenda_{name}": opens(*PLAN)
        for name in ("year", "month", "week", "list", "board", "feeds")
    },
    "campaigns_admin:agenda_move": opens(CAMPAIGN, on="agenda_push"),
    "campaigns_admin:agenda_feed_revoke": opens(*PLAN, on="feed", method="post", seen="404"),
    # Figures
    "campaigns_admin:dashboard": opens(*FIGURES),
    **{f"campaigns_admin:reach_{kind}": opens(*FIGURES) for kind in ("xlsx", "pdf", "csv", "json")},
    "reach_report_api": public(seen="401"),
    **stock("snapshot", "snapshot", FIGURES, NOBODY, *LIST),
    "snapshot:close": opens(MANAGER),
    "snapshot:look": opens(*FIGURES, on="snapshot"),
    "snapshot:export": opens(*FIGURES, on="snapshot"),
    "snapshot:website": Address(NOBODY, "snapshot", "post", "elsewhere", frozenset({MANAGER})),
    **stock("reporttoken", "report_token", {ADMINISTRATOR}, NOBODY, *LIST),
    "reporttoken:issue": opens(ADMINISTRATOR),
    "reporttoken:look": opens(ADMINISTRATOR, on="report_token"),
    "campaigns_admin:subscriptions": opens(*FIGURES),
    "campaigns_admin:subscribe": opens(*FIGURES),
    "campaigns_admin:subscription_act": opens(
        *FIGURES, on="subscription", method="post", seen="404"
    ),
    **{
        f"campaigns_admin:dashboard_{name}": opens(*FIGURES)
        for name in ("regions", "times", "pieces", "completeness")
    },
    **stock("reachentry", "entry", FIGURES, NOBODY, *LIST, "inspect"),
    "campaigns_admin:evidence": opens(CAMPAIGN, COORDINATOR, MANAGER),
    "campaigns_admin:evidence_new": opens(CAMPAIGN, COORDINATOR, MANAGER),
    # Somebody else's is nobody's.
    "campaigns_admin:evidence_download": opens(
        CAMPAIGN, COORDINATOR, MANAGER, on="evidence", seen="404"
    ),
    "campaigns_admin:evidence_act": opens(
        CAMPAIGN, COORDINATOR, MANAGER, on="evidence_act", method="post", seen="404"
    ),
    "campaigns_admin:report_forms": opens(*FIGURES),
    "campaigns_admin:report_form": opens(*FIGURES, on="report_form"),
    "campaigns_admin:report_form_template": opens(*FIGURES, on="report_form"),
    "campaigns_admin:report_form_filled": opens(*FIGURES, on="report_form"),
    "campaigns_admin:report_form_new": at_head_office(CAMPAIGN),
    "campaigns_admin:report_form_act": Address(
        NOBODY, "report_form_act", "post", "elsewhere", frozenset({CAMPAIGN})
    ),
    "campaigns_admin:correct_entry": opens(CAMPAIGN, MANAGER, on="entry"),
    **stock("target", "target", FIGURES, {CAMPAIGN, MANAGER}, *LIST, "add", "edit", *HISTORY),
    "target:delete": opens(CAMPAIGN, on="target"),
    **stock(
        "trackedlink",
        "link",
        {CAMPAIGN, COORDINATOR, ADMINISTRATOR},
        {CAMPAIGN},
        *LIST,
        "inspect",
        "edit",
        "delete",
    ),
    **stock("trackedlink", "link", NOBODY, {CAMPAIGN, COORDINATOR}, "add", *HISTORY),
    **stock(
        "metric",
        "metric",
        FIGURES,
        NOBODY,
        *LIST,
        "inspect",
        "add",
        "edit",
        *HISTORY,
        head={CAMPAIGN},
    ),
    **stock("importbatch", "batch", FIGURES, NOBODY, *LIST, "inspect"),
    "campaigns_admin:import_return": opens(*PLANNERS),
    "campaigns_admin:import_upload": opens(*PLANNERS),
    "campaigns_admin:import_template": opens(*PLANNERS),
    **{
        f"campaigns_admin:import_{deed}": opens(
            *PLANNERS, on="batch", method="post", seen="elsewhere"
        )
        for deed in ("accept", "commit", "check", "abandon")
    },
    "campaigns_admin:import_undo": opens(*PLANNERS, on="batch"),
    "campaigns_admin:import_errors": opens(*PLANNERS, on="batch", seen="elsewhere"),
    **stock("heldentry", "held", FIGURES, NOBODY, *LIST, "inspect"),
    "campaigns_admin:decide_held": opens(*PLANNERS, MANAGER, method="post", seen="elsewhere"),
    "campaigns_admin:handout": opens(*WRITERS, *FIELD, on="version_page"),
    "campaigns_admin:short_link_qr_svg": opens(CAMPAIGN, COORDINATOR, ADMINISTRATOR, on="link"),
    "campaigns_admin:short_link_qr_png": opens(CAMPAIGN, COORDINATOR, ADMINISTRATOR, on="link"),
}

# Wagtail's addresses that are there to be used without an account.
THIRD_PARTY_PUBLIC = {
    "wagtailadmin_login",
    "wagtailadmin_password_reset",
    "wagtailadmin_password_reset_done",
    "wagtailadmin_password_reset_confirm",
    "wagtailadmin_password_reset_complete",
    "wagtailadmin_javascript_catalog",
    "wagtailadmin_sprite",
    "wagtail_serve",
    "wagtaildocs_serve",
    "wagtaildocs_authenticate_with_password",
    "wagtailcore_authenticate_with_password",
    "wagtailcore_login",
}


# --- Walking the resolver -------------------------------------------------------------------------


def walk(resolver, namespaces=(), route=""):
    """Every pattern below the resolver: its name with namespaces (or its route), route, pattern."""
    for pattern in resolver.url_patterns:
        below = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            own = (pattern.namespace,) if pattern.namespace else ()
            yield from walk(pattern, namespaces + own, below)
        elif pattern.name:
            yield ":".join((*namespaces, pattern.name)), below, pattern
        else:
            yield below.strip(), below, pattern


ALL = list(walk(get_resolver()))


def is_own(name: str, route: str) -> bool:
    if name.startswith(("wagtailsnippets_content_", "wagtailsnippets_campaigns_")):
        return True
    if ":" not in name and "/" in name and route.startswith("admin/"):
        return False  # Wagtail's catch-all and its test of the 404 page
    return not name.startswith("wagtail")


OWN = {name for name, route, _pattern in ALL if is_own(name, route)}


def verdict(response) -> str:
    """What a visitor met, in a word."""
    if response.status_code in (301, 302):
        if "/admin/login/" in response.url:
            return "login"
        return "refused" if response.url == reverse("wagtailadmin_home") else "elsewhere"
    if response.status_code == 403:
        return "refused"
    return "shown" if response.status_code in (200, 204) else str(response.status_code)


# --- The table ------------------------------------------------------------------------------------


def test_every_address_of_ours_stands_in_the_table():
    assert sorted(OWN - ADDRESSES.keys()) == []


def test_the_table_names_no_address_that_is_gone():
    assert sorted(ADDRESSES.keys() - OWN) == []


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


def visit(client, name: str, address: Address, kwargs: dict) -> str:
    path = f"/media/{kwargs['path']}" if address.on == "file" else reverse(name, kwargs=kwargs)
    return verdict(getattr(client, address.method)(path))


@pytest.mark.parametrize("role", list(Role))
def test_each_role_gets_where_the_table_says_and_no_further(client, person, things, role):
    client.force_login(person(role, "654300"))
    wrong = []
    for name, address in ADDRESSES.items():
        may = role in address.roles
        wanted = {address.seen} if may else {"refused"}
        met = visit(client, name, address, things["own"][address.on] if address.on else {})
        if met not in wanted:
            wrong.append(f"{name}: {met}, not {wanted}")
        if address.on not in things["other"]:
            continue
        met = visit(client, name, address, things["other"][address.on])
        if met not in ({"404"} if may else {"404", "refused"}):
            wrong.append(f"{name} in another region: {met}")
    assert wrong == []


@pytest.mark.parametrize("role", list(Role))
def test_what_is_head_offices_opens_to_those_posted_there(client, person, things, role):
    client.force_login(person(role, "000000"))
    wrong = []
    for name, address in ADDRESSES.items():
        if not address.head:
            continue
        met = visit(client, name, address, things["own"][address.on] if address.on else {})
        if met != (address.seen if role in address.head else "refused"):
            wrong.append(f"{name}: {met}")
    assert wrong == []


def test_without_logging_in_only_the_public_addresses_answer(client, things):
    wrong = []
    for name, address in ADDRESSES.items():
        is_public = address.roles == EVERYBODY
        met = visit(client, name, address, things["own"][address.on] if address.on else {})
        if met != (address.seen if is_public else "login"):
            wrong.append(f"{name}: {met}")
    assert wrong == []


# --- The word that nothing ticks ------------------------------------------------------------------


def screens(client, things) -> dict[str, str]:
    """Every whole admin screen of ours that a superuser gets to see, and the home page: by name."""
    found = {"home": client.get(reverse("wagtailadmin_home")).content.decode()}
    for name, address in ADDRESSES.items():
        if address.on == "file":
            continue
        kwargs = things["own"][address.on] if address.on else {}
        response = getattr(client, address.method)(reverse(name, kwargs=kwargs))
        if response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode()
            if "data-wagtail-sidebar-branding" in page:
                found[name] = page
    return found


def test_every_screen_warns_when_nothing_has_ticked(client, django_user_model, things):
    client.force_login(django_user_model.objects.create_superuser("super"))
    pages = screens(client, things)
    listed = {"campaigns_admin:agenda_feeds", "task:add", "plan:inspect", "handover:index"}
    assert listed < pages.keys()
    assert len(pages) > 100
    assert [name for name, page in pages.items() if page.count(SILENT) != 1] == []
    Heartbeat.objects.create(host="one", beat_at=timezone.now())
    assert SILENT not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_the_word_that_nothing_ticks_costs_one_query_and_spares_who_has_no_campaigns(
    client, person
):
    home = reverse("wagtailadmin_home")
    for role, is_told in ((COORDINATOR, True), (Role.TRANSLATOR, False)):
        client.force_login(person(role, "654300"))
        client.get(home)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(home).content.decode()
        assert (SILENT in page) is is_told
        beats = [one for one in asked if "campaigns_heartbeat" in one["sql"]]
        assert len(beats) == is_told


# --- Wagtail and its add-ons ----------------------------------------------------------------------

NO_UUID = "00000000-0000-0000-0000-000000000000"
SAMPLES = {"int": "1", "str": "x", "slug": "x", "path": "x", "uuid": NO_UUID}


def sample_path(route: str) -> str:
    """An address that the route fits, with anything in the place of its parameters."""
    filled = re.sub(r"<(?:(\w+):)?\w+>", lambda match: SAMPLES[match[1] or "str"], route)
    filled = re.sub(r"\(\?P<\w+>[^()]*\)|\([^()]*\)", "1", filled)
    return "/" + filled.replace("^", "").replace("$", "").replace("\\Z", "").replace(".*", "x")


def third_party() -> list[tuple[str, str]]:
    return [
        (name, sample_path(route))
        for name, route, _pattern in ALL
        if not is_own(name, route) and name not in THIRD_PARTY_PUBLIC
    ]


def test_the_resolver_was_walked():
    assert len(third_party()) > 150
    assert all(isinstance(pattern.pattern, RoutePattern) or name for name, _r, pattern in ALL)


@pytest.mark.parametrize("method", ["get", "post"])
def test_wagtails_own_addresses_let_nobody_in_without_logging_in(client, db, method):
    wrong = []
    for name, path in third_party():
        met = verdict(getattr(client, method)(path))
        if met not in {"login", "404", "405"}:
            wrong.append(f"{name} {path}: {met}")
    assert wrong == []
