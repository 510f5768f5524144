"""Keeps addresses that are secrets themselves out of the logs.

The address of a calendar's or a partner's feed, or of a partner's package, opens it. Django writes
the path of every answer from 400 up into the log, so a revoked or mistyped address, or one that met
an error, would stand there in clear.
"""

import logging
import re

# What stands before the secret stays: it helps to find out whose address was asked for.
SECRET = re.compile(r"(/calendar/[^/\s]{1,64}/|/partner/(?:feed|package)/)[^/\s\"'?]+")
HIDDEN = r"\1***"


def hide(text: str) -> str:
    """The text with each secret in it made unreadable."""
    return SECRET.sub(HIDDEN, text)


class HideSecretAddresses(logging.Filter):
    """Rewrites a record before any handler sees it; for loggers and handlers alike."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if (hidden := hide(message)) != message:
            record.msg, record.args = hidden, ()
        return True
