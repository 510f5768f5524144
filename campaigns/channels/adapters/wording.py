"""What went wrong, said first so that a person understands it, then as the machine said it.

A text for the timeline may have several lines; those that begin with RAW are the machine's own
words, which screens fold away.
"""

import errno
import re

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

RAW = "» "

_REFUSED = _("the connection was refused: nothing listens at that address")
_TOO_LATE = _("no answer came in time")
_BROKE_OFF = _("the connection broke off before an answer came")
_UNFORESEEN = _("something unforeseen went wrong")
# By the exception's name, or that of a class it comes from: names are all that old entries hold.
CAUSES: dict[str, Promise] = {
    "ConnectionRefusedError": _REFUSED,
    "gaierror": _("no server is known by that name"),
    "ConnectTimeout": _TOO_LATE,
    "PoolTimeout": _TOO_LATE,
    "TimeoutException": _TOO_LATE,
    "ReadTimeout": _TOO_LATE,
    "WriteTimeout": _TOO_LATE,
    "TimeoutError": _TOO_LATE,
    "SSLError": _("no secure connection came about"),
    "SSLCertVerificationError": _("no secure connection came about"),
    "ConnectError": _("no connection came about"),
    "RemoteProtocolError": _BROKE_OFF,
    "NetworkError": _BROKE_OFF,
    "ReadError": _BROKE_OFF,
    "WriteError": _BROKE_OFF,
    "ConnectionError": _BROKE_OFF,
    "ConnectionResetError": _BROKE_OFF,
    "BrokenPipeError": _BROKE_OFF,
    "SMTPServerDisconnected": _BROKE_OFF,
    "SMTPAuthenticationError": _("the mail server refuses the login"),
    "SMTPRecipientsRefused": _("the mail server refuses the recipients"),
    "SMTPSenderRefused": _("the mail server refuses the sender"),
    "SMTPException": _("the mail server refuses the mail"),
    "PermissionError": _("the folder may not be written to"),
    "DatabaseError": _("the database did not take it"),
}
_FULL = _("there is no room left on the disk")
# What was written before there were sentences: the name of an exception and its words.
_NAMED = re.compile(r"(?:\w+\.)*([A-Za-z]\w*(?:Error|Exception|Timeout|Disconnected|Refused)): ?.*")
_REQUEST = re.compile(r"package [0-9a-f]{12}(?:, \d+ recipients)?")


def cause_of(error: BaseException) -> str:
    """Why, in a few words without a full stop."""
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return str(_FULL)
    if "Name or service not known" in str(error) or "nodename nor servname" in str(error):
        return str(CAUSES["gaierror"])
    if "Connection refused" in str(error):
        return str(_REFUSED)
    return str(_cause_by([kind.__name__ for kind in type(error).__mro__]))


def _cause_by(names: list[str]) -> Promise:
    return next((CAUSES[name] for name in names if name in CAUSES), _UNFORESEEN)


def raw(error: BaseException) -> str:
    """The machine's words, as a line of their own."""
    return RAW + " ".join(f"{type(error).__name__}: {error}".split())[:500]


def in_words(error: BaseException) -> str:
    """Both: why, and below it what the machine said."""
    return f"{cause_of(error)}\n{raw(error)}"


def parted(text: str) -> tuple[list[str], list[str]]:
    """The lines for people, and those of the machine; entries of before are understood, too."""
    plain, machine = [], []
    for line in filter(None, map(str.strip, text.splitlines())):
        if line.startswith(RAW.strip()):
            machine.append(line.removeprefix(RAW.strip()).strip())
        elif named := _NAMED.fullmatch(line):
            plain.append(str(_cause_by([named[1]])))
            machine.append(line)
        elif _REQUEST.fullmatch(line):
            machine.append(line)
        else:
            plain.append(line)
    return plain, machine


def plain(text: str) -> str:
    """Only what is said for people, in one line."""
    return " ".join(parted(text)[0])
