"""Plan a push from the command line, with the same checks as the screen, and approve it.

Whoever runs commands on the machine answers for them: planning, checking and approving are one act
of the operator's, and the push's timeline says so.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db.models import Model
from django.utils.dateparse import parse_datetime

from campaigns.calendar.models import Edition
from campaigns.calendar.windows import BEIJING
from campaigns.channels.models import ChannelAccount
from campaigns.pushes.approval import approve, check
from campaigns.pushes.models import Push
from campaigns.pushes.planning import plan
from campaigns.pushes.states import State

# The Push's fields by the option that fills each.
OPTIONS = {
    "edition": "--campaign",
    "page": "--content",
    "language": "--language",
    "account": "--account",
    "scheduled_at": "--at",
    "ends_at": "--until",
    "publishing": "--publish",
}


# What only time can show: a piece that is planned ahead of its publication. It is checked again
# when the push is sent, so the command consents to it by itself, and says so.
ONLY_TIME_TELLS = frozenset(
    {"piece.not_live_yet", "piece.not_approved_yet", "languages.not_live_yet"}
)
REASON = "approved by the operator's command schedule_push"


class Command(BaseCommand):
    help = (
        "Plan one push, check it and approve it. The same again changes nothing; another time "
        "takes another slot. Exit status 1 if it is refused or has an error."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("--campaign", required=True, help="edition's code, such as 315-2026")
        parser.add_argument("--content", required=True, help="code of any version of the piece")
        parser.add_argument("--language", required=True, help="zh-hans, kk-arab or kk")
        parser.add_argument("--account", required=True, help="such as wechat:650000")
        parser.add_argument("--at", required=True, help="ISO time; Beijing's if it names no zone")
        parser.add_argument("--until", help="when a place on the website ends; ISO time")
        parser.add_argument(
            "--publish",
            choices=[value for value in Push.Publishing.values if value],
            default=Push.Publishing.NONE,
            help="live: the piece, once reviewed, goes live with the push; span: it also comes "
            "down when its place ends",
        )
        parser.add_argument(
            "--no-approve", action="store_true", help="leave it planned, for a person to approve"
        )
        parser.add_argument(
            "--accept-warnings", action="store_true", help="answer for every warning it has"
        )

    def handle(self, *args, **options) -> None:
        try:
            planned = plan(
                edition=_one(Edition, "--campaign", options["campaign"]),
                page=options["content"],
                language=options["language"],
                account=_one(ChannelAccount, "--account", options["account"]),
                at=_time("--at", options["at"]),
                ends_at=_time("--until", options["until"]) if options["until"] else None,
                publishing=options["publish"],
            )
        except ValidationError as error:
            raise CommandError(_by_option(error)) from error
        push = planned.push
        errors: list[str] = []
        if push.state in (State.PLANNED, State.READY) and not options["no_approve"]:
            errors = self._approve(push, accept_all=options["accept_warnings"])
        elif planned.is_new:
            for warning in planned.warnings:
                self.stderr.write(f"warning: {warning}")
        self.stdout.write(
            f"push={push.pk} state={push.state} slot={push.slot} "
            f"at={push.scheduled_at.astimezone(BEIJING).isoformat()} "
            f"{'planned' if planned.is_new else 'exists'}"
        )
        if errors:
            raise CommandError("not approved: " + " ".join(errors))

    def _approve(self, push: Push, *, accept_all: bool) -> list[str]:
        """Check and approve; the errors that forbid it."""
        checked = check(push)
        warnings = {remark.code: remark.text for remark in checked.open_warnings}
        accepted = warnings.keys() if accept_all else warnings.keys() & ONLY_TIME_TELLS
        for code, text in warnings.items():
            answer = "accepted" if code in accepted else "not accepted"
            self.stderr.write(f"warning ({code}, {answer}): {text}")
        if checked.errors:
            return [remark.text for remark in checked.errors]
        if len(accepted) < len(warnings):
            self.stderr.write(
                "not approved: repeat the command with --accept-warnings to answer for the "
                "warnings, or have somebody approve it on its screen"
            )
            return []
        try:
            approve(push, None, consent=accepted, reason=REASON)
        except ValidationError as error:
            return error.messages
        self.stderr.write("approved by this command; --no-approve leaves it to a person")
        return []


def _one(model: type[Model], option: str, code: str) -> Model:
    found = model._default_manager.filter(code=code).first()  # noqa: SLF001
    if found is None:
        raise CommandError(f"{option}: there is no {code!r}")
    return found


def _time(option: str, text: str) -> datetime:
    try:
        # A bare day would mean midnight, which nobody means.
        moment = parse_datetime(text) if ":" in text else None
    except ValueError as error:
        raise CommandError(f"{option}: {error}") from error
    if moment is None:
        raise CommandError(f"{option}: {text!r} is no ISO time such as 2026-03-15T09:00")
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)


def _by_option(error: ValidationError) -> str:
    if not hasattr(error, "error_dict"):
        return " ".join(error.messages)
    return "\n".join(
        f"{OPTIONS.get(name, name)}: {' '.join(messages)}"
        for name, messages in error.message_dict.items()
    )
