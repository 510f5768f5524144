"""One try at the mail server, and what is known of it afterwards."""

import enum
import logging
import smtplib

from django.core.mail import EmailMessage, get_connection

logger = logging.getLogger(__name__)


class Ended(enum.StrEnum):
    """How a try ended. After NOT_SENT it may be tried again; after UNKNOWN a person decides."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


def hand_over(message: EmailMessage) -> tuple[Ended, str]:
    """Hand one mail to the server: how that ended, and in the server's words why.

    Called outside any transaction. Lasts EMAIL_TIMEOUT at most for each step of the talk.
    """
    # The adapters, one of which mails, stand between this module and their words.
    from campaigns.channels.adapters.wording import in_words

    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        # Nothing of the message has left us.
        return Ended.NOT_SENT, in_words(error)
    try:
        sent = connection.send_messages([message])
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        return _by_code(max(codes, default=550)), in_words(error)
    except smtplib.SMTPResponseException as error:  # sender or data refused, with a code
        return _by_code(error.smtp_code), in_words(error)
    except Exception as error:
        logger.exception("the mail server broke off")
        return Ended.UNKNOWN, in_words(error)
    finally:
        _close(connection)
    return (Ended.ACCEPTED, "") if sent else (Ended.UNKNOWN, "")


def _by_code(code: int) -> Ended:
    """5xx: refused for good. 4xx: not now. Anything else says nothing."""
    return {5: Ended.REFUSED, 4: Ended.NOT_SENT}.get(code // 100, Ended.UNKNOWN)


def _close(connection) -> None:
    try:
        connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("the mail server did not say goodbye")
