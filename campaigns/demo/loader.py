"""The demo: an imaginary group with its regions, campaigns, pieces, figures and sessions.

The data stands in the CSV files beside this module and in content/demo; everything goes in through
the same verbs that people use. What is there already is left as people made it, so that loading
twice, or again after an interruption, does no harm.
"""

import csv
import hashlib
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import get_random_string

from campaigns.calendar.editions import open_campaigns
from campaigns.calendar.models import Edition
from campaigns.channels.handover.models import HandoverSetup
from campaigns.channels.models import Channel, ChannelAccount
from campaigns.channels.partner.items import new_feed_address, setup_of
from campaigns.channels.partner.models import PartnerSetup
from campaigns.channels.provider_models import Connection
from campaigns.channels.secrets import Secret
from campaigns.channels.standin import is_stand_in
from campaigns.field import sessions
from campaigns.field.models import BEIJING, FieldSession
from campaigns.plans.copying import copy_template, has_schedule, is_over
from campaigns.plans.models import PushTemplate, Task, TaskTemplate
from campaigns.pushes.approval import approve, check, preflight
from campaigns.pushes.models import Push
from campaigns.pushes.planning import plan_push
from campaigns.pushes.preflight import Addresses, Facts
from campaigns.reach.importing import import_file
from campaigns.reach.models import ImportBatch, Target, TrackedLink
from campaigns.regions.models import HEAD_OFFICE, Posting, Region
from content.importing.importer import import_folder
from content.models import Audience, EducationPage

User = get_user_model()
Say = Callable[[str], None]

HERE = Path(__file__).resolve().parent
MATERIALS = HERE.parent.parent / "content" / "demo" / "materials"
YEARS = (2026, 2027)
LEFT_TO_PLAN = "315-2027"
# An address nobody can have (RFC 2606): it marks the accounts that the demo made.
# The partner of the demo that reads by feed.
FEED_ACCOUNT = "partner:000000"
MAIL_DOMAIN = "demo.invalid"
# Nothing that looks alike: the passwords are read off a screen and typed.
PASSWORD_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # noqa: S105


class DemoError(Exception):
    """The demo cannot be loaded here; the message says why."""


def load(say: Say) -> None:
    """Load the whole demo. `say` is told each step as it is done.

    Raises DemoError where something of the same name is there that the demo did not make.
    """
    say(f"regions: {load_regions()} new")
    say(f"accounts to log in with: {load_people()} new, passwords in {logins_file()}")
    say(f"campaigns: {load_editions()} new; channel accounts: {load_accounts()} new")
    if address := load_feed():
        say(f"feed of the partner {FEED_ACCOUNT}, told only now: {address}")
    say(f"targets: {load_targets()} new")
    say(f"pieces: {load_materials()}; chosen for templates: {load_templates()}")
    for name, result in load_figures():
        say(f"figures: {name} {result}")
    say(f"field sessions: {load_sessions()} new")
    say(f"pushes for coming campaigns: {load_pushes()} new; short links: {load_links()} new")
    say(f"schedules: {load_schedules()} tasks new")


def rows(name: str) -> list[dict[str, str]]:
    """The rows of one of the demo's CSV files."""
    with (HERE / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# --- Regions --------------------------------------------------------------------------------------


@transaction.atomic
def load_regions() -> int:
    """The organisation tree. A parent without children gets all of them in one statement."""
    known = {region.code: region for region in Region.objects.all()}
    if HEAD_OFFICE not in known:
        raise DemoError("there is no head office: run `manage.py migrate` first")
    missing: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in rows("regions"):
        if row["code"] not in known:
            missing[row["parent"]].append(row)
    before = len(known)
    parents = [code for code in missing if code in known]
    while parents:
        below = [(known[code], sorted(missing[code], key=lambda r: r["code"])) for code in parents]
        fresh = [
            child
            for parent, group in below
            if not parent.numchild
            for child in _children(parent, group)
        ]
        Region.objects.bulk_create(fresh)
        for parent, group in below:
            if parent.numchild:
                # Siblings that people made: let treebeard find each its place among them.
                fresh += [_add_among(parent, row) for row in group]
            else:
                Region.objects.filter(pk=parent.pk).update(numchild=len(group))
        known |= {region.code: region for region in fresh}
        parents = [region.code for region in fresh if region.code in missing]
    return len(known) - before


def _children(parent: Region, group: list[dict[str, str]]) -> Iterator[Region]:
    for step, row in enumerate(group, start=1):
        path = Region._get_path(parent.path, parent.depth + 1, step)  # noqa: SLF001
        yield Region(path=path, depth=parent.depth + 1, numchild=0, **_region_fields(row))


def _add_among(parent: Region, row: dict[str, str]) -> Region:
    return Region.objects.get(pk=parent.pk).add_child(**_region_fields(row))


def _region_fields(row: dict[str, str]) -> dict[str, str]:
    # A short row ends before the informal time: it has none of its own.
    names = ("code", "level", "name", "name_kk", "informal_zone")
    return {name: row[name] or "" for name in names}


# --- People ---------------------------------------------------------------------------------------


def logins_file() -> Path:
    """Where the passwords of this installation's demo accounts are kept."""
    return Path(settings.VAR_DIR) / "demo-logins.json"


def load_people() -> int:
    """One account a role, and coordinators who reported the demo's sessions but cannot log in.

    Passwords are random per installation. A password file that is there stays valid; where it was
    lost the accounts get new passwords. The file is written last, so that an interruption leaves
    either both as they were or a missing file, which the next run makes good.
    """
    kept = _kept_passwords()
    logins, created = [], 0
    with transaction.atomic():
        for row in rows("people"):
            may_log_in = row["login"] == "yes"
            password = kept.get(row["username"]) if may_log_in else None
            is_lost = may_log_in and password is None
            if is_lost:
                password = get_random_string(16, PASSWORD_LETTERS)
            created += _load_person(row, password, renew=is_lost)
            if may_log_in:
                logins.append(
                    {
                        "role": row["role"],
                        "username": row["username"],
                        "password": password,
                        "region": row["region"],
                    }
                )
    _write_logins(logins)
    return created


def _load_person(row: dict[str, str], password: str | None, *, renew: bool) -> bool:
    """Whether the account is new. Raises DemoError when somebody else bears the name."""
    mail = f"{row['username']}@{MAIL_DOMAIN}"
    person = User.objects.filter(username=row["username"]).first()
    if person is None:
        person = User.objects.create_user(
            row["username"],
            email=mail,
            password=password,
            first_name=row["first_name"],
            last_name=row["last_name"],
        )
        region = Region.objects.get(code=row["region"])
        Posting.objects.create(user=person, role=row["role"], region=region)
        return True
    if person.email != mail:
        raise DemoError(f"there is an account {row['username']!r} that the demo did not make")
    if renew:
        person.set_password(password)
        person.save(update_fields=["password"])
    return False


def _kept_passwords() -> dict[str, str]:
    try:
        return {row["username"]: row["password"] for row in json.loads(logins_file().read_text())}
    except (OSError, ValueError, TypeError, KeyError):
        return {}


def _write_logins(logins: list[dict[str, str]]) -> None:
    """Appear whole and readable by the owner alone, or not at all."""
    target = logins_file()
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".demo-logins-")  # mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(logins, file, ensure_ascii=False, indent=2)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(target)


# --- Campaigns and channels -----------------------------------------------------------------------


@transaction.atomic
def load_editions() -> int:
    """The yearly editions; those whose notice is known are confirmed with its dates and slogan."""
    created = sum(len(open_campaigns(year).created) for year in YEARS)
    for row in rows("editions"):
        edition = Edition.objects.get(code=row["code"])
        if edition.state == Edition.State.EXPECTED:
            edition.starts_on, edition.ends_on = row["starts_on"], row["ends_on"]
            edition.slogan = row["slogan"]
            edition.state = Edition.State.CONFIRMED
            edition.full_clean()
            edition.save()
    return created


@transaction.atomic
def load_accounts() -> int:
    created = 0
    for row in rows("accounts"):
        account, is_new = ChannelAccount.objects.get_or_create(
            code=row["code"],
            defaults={
                "channel": Channel.objects.get(code=row["channel"]),
                "region": Region.objects.get(code=row["region"]),
                "name": row["name"],
                "adapter": row["adapter"],
            },
        )
        created += is_new
        if is_new:
            _connect_to_stand_in(account)
    _load_setups()
    return created


def _connect_to_stand_in(account: ChannelAccount) -> None:
    """Credentials that only the stand-in takes; where the real provider is named, none."""
    address = {
        ChannelAccount.Adapter.WECHAT: settings.WECHAT_API_BASE,
        ChannelAccount.Adapter.JPUSH: settings.JPUSH_API_BASE,
    }.get(account.adapter)
    if address and is_stand_in(address):
        connection = Connection(account=account, app_id=f"demo-{account.code.replace(':', '-')}")
        connection.secret = Secret(get_random_string(32))
        connection.author = "消费者权益保护部"
        connection.save()


def _load_setups() -> None:
    """What people do by hand on an account; what was changed since stays."""
    for row in rows("setups"):
        HandoverSetup.objects.get_or_create(
            account=ChannelAccount.objects.get(code=row["account"]),
            defaults={
                "checklist": row["checklist"].replace(";", "\n"),
                "hours": int(row["hours"]),
            },
        )
    PartnerSetup.objects.get_or_create(
        account=ChannelAccount.objects.get(code="partner:650000"),
        defaults={"mail_to": f"editor@{MAIL_DOMAIN}", "embargo_minutes": 60},
    )


@transaction.atomic
def load_feed() -> str:
    """The secret address of the demo partner's feed where it has none yet; else nothing."""
    account = ChannelAccount.objects.get(code=FEED_ACCOUNT)
    if account.adapter != ChannelAccount.Adapter.PARTNER or setup_of(account).token_made_at:
        return ""
    return new_feed_address(account)


@transaction.atomic
def load_targets() -> int:
    """What the campaigns aim at; an empty region is head office, an empty channel all of them."""
    created = 0
    for row in rows("targets"):
        _target, is_new = Target.objects.get_or_create(
            edition=Edition.objects.get(code=row["campaign"]),
            channel=Channel.objects.get(code=row["channel"]) if row["channel"] else None,
            region=Region.objects.get(code=row["region"] or HEAD_OFFICE),
            metric=row["metric"],
            defaults={"value": int(row["value"])},
        )
        created += is_new
    return created


# --- Pieces and figures ---------------------------------------------------------------------------


def load_materials() -> str:
    """The pieces, published. Once all are there they are left alone, whatever people made of them.

    Raises DemoError when a file could not go in.
    """
    if not import_folder(MATERIALS, dry_run=True).created:
        return "all there"
    report = import_folder(MATERIALS, publish=True)
    if report.errors:
        raise DemoError("\n".join(str(problem) for problem in report.problems))
    return report.summary


def load_figures() -> Iterator[tuple[str, str]]:
    """Each file of reach figures, once: what people corrected since is not imported back.

    Raises DemoError when a file could not go in.
    """
    for path in sorted((HERE / "reach").glob("*.csv")):
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if ImportBatch.objects.filter(sha256=digest).exists():
            yield path.name, "is there"
            continue
        report = import_file(path)
        if report.errors:
            raise DemoError("\n".join(str(problem) for problem in report.problems))
        yield path.name, report.summary


# --- Field work -----------------------------------------------------------------------------------


def load_sessions() -> int:
    """The field sessions, each in one transaction: planned, reported and approved as the file says.

    Reports are dated to the evening of the day and decisions to the next morning, so that the
    demo's past is the same whenever it is loaded.
    """
    known = set(FieldSession.objects.values_list("source_key", flat=True))
    todo = [row for row in rows("sessions") if row["key"] not in known]
    cast = Cast() if todo else None
    for row in todo:
        _load_session(row, cast)
    return len(todo)


class Cast:
    """Who does what in the demo's sessions, and the terms that the file names by code."""

    def __init__(self) -> None:
        self.manager = User.objects.get(username="manager")
        # The nearest coordinator reports: the longest path first.
        coordinators = Posting.objects.filter(
            user__email__endswith=f"@{MAIL_DOMAIN}", role="regional_coordinator"
        ).select_related("user", "region")
        self.coordinators = sorted(coordinators, key=lambda post: -len(post.region.path))
        self.regions = {region.code: region for region in Region.objects.all()}
        self.editions = {edition.code: edition for edition in Edition.objects.all()}
        self.audiences = {audience.slug: audience for audience in Audience.objects.all()}

    def coordinator_of(self, region: Region):
        return next((post.user for post in self.coordinators if post.region.contains(region)), None)


@transaction.atomic
def _load_session(row: dict[str, str], cast: Cast) -> None:
    starts_at = datetime.fromisoformat(row["starts_at"])
    region = cast.regions[row["region"]]
    coordinator = cast.coordinator_of(region)
    planned_at = min(starts_at - timedelta(days=14), timezone.now())
    session = sessions.plan(
        by=coordinator,
        source_key=row["key"],
        at=planned_at,
        pieces=EducationPage.objects.filter(code__in=row["pieces"].split(";")),
        edition=cast.editions[row["campaign"]] if row["campaign"] else None,
        region=region,
        form=row["form"],
        venue_class=row["venue_class"],
        place=row["place"],
        starts_at=starts_at,
        language=row["language"],
        audience=cast.audiences[row["audience"]],
        expected_attendance=int(row["expected"]),
    )
    if row["state"] == "planned":
        return
    evening = datetime.combine(session.day, time(20), BEIJING)
    figures = int(row["attendance"]), int(row["leaflets"])
    sessions.report(session, *figures, row["notes"], coordinator, at=evening)
    if row["state"] == "approved":
        sessions.approve(session, cast.manager, at=evening + timedelta(hours=14))


# --- What is to come ------------------------------------------------------------------------------


def load_pushes() -> int:
    """A few pushes for campaigns that are still to come; what people re-timed stays where it is."""
    planner = User.objects.get(username="campaign_administrator")
    created = 0
    for row in rows("pushes"):
        edition = Edition.objects.get(code=row["campaign"])
        account = ChannelAccount.objects.get(code=row["account"])
        day = edition.starts_on + timedelta(days=int(row["day"]) - 1)
        at = datetime.combine(day, time.fromisoformat(row["time"]), BEIJING)
        page = EducationPage.objects.filter(code=row["content"]).first()
        if at <= timezone.now() or not edition.holds(day) or page is None:
            continue
        there = Push.objects.filter(
            edition=edition,
            account=account,
            language=row["language"],
            page__translation_key=page.translation_key,
        )
        if not there.exists():
            push = plan_push(edition, page, row["language"], account, at, by=planner)
            _bring_to(push, row["state"], planner)
            created += 1
    return created


def _bring_to(push: Push, state: str, planner) -> None:
    """Check or approve it, as far as preflight lets it: people see to the rest."""
    # The site need not run while its content is loaded.
    facts = Facts(Addresses(asks=False))
    try:
        if state == "approved":
            open_warnings = preflight(push, facts).open_warnings
            approve(push, planner, consent=[r.code for r in open_warnings], facts=facts)
        elif state == "ready":
            check(push, planner, facts)
    except ValidationError:
        return


@transaction.atomic
def load_templates() -> int:
    """Choose pieces for the templates' pushes; some are left to be chosen, as in life."""
    chosen = 0
    for row in rows("templates"):
        page = EducationPage.objects.filter(code=row["content"]).first()
        templates = PushTemplate.objects.filter(
            series__code=row["series"], title=row["title"], page=None
        )
        chosen += templates.update(page=page) if page else 0
    return chosen


@transaction.atomic
def load_schedules() -> int:
    """Tasks: all done for what is past, copied for two campaigns to come.

    The next 3·15 is left without, for whoever tries the product to copy its template.
    """
    planner = User.objects.get(username="campaign_administrator")
    created = 0
    for edition in Edition.objects.filter(year__in=YEARS).exclude(code=LEFT_TO_PLAN):
        if has_schedule(edition):
            continue
        if not is_over(edition):
            copied = copy_template(edition, planner)
            created += len(copied.tasks) + len(copied.to_complete)
            continue
        templates = TaskTemplate.objects.filter(series=edition.series)
        head = Region.objects.get(code=HEAD_OFFICE)
        tasks = [
            Task(
                edition=edition,
                region=head,
                title=row.title,
                department=row.department,
                due_on=row.day_in(edition.starts_on),
                state=Task.State.DONE,
                source=f"template:{row.pk}",
            )
            for row in templates
        ]
        created += len(Task.objects.bulk_create(tasks))
    return created


@transaction.atomic
def load_links() -> int:
    created = 0
    for row in rows("links"):
        page = EducationPage.objects.filter(code=row["content"]).first()
        if page is None:
            continue
        _link, is_new = TrackedLink.objects.get_or_create(
            code=row["code"],
            defaults={
                "label": row["label"],
                "page": page,
                "edition": Edition.objects.filter(code=row["campaign"]).first(),
                "channel": Channel.objects.get(code=row["channel"]),
                "account": ChannelAccount.objects.filter(code=row["account"]).first(),
                "region": Region.objects.get(code=row["region"]),
            },
        )
        created += is_new
    return created
