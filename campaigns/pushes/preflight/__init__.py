"""May the push go out? Errors stop it; warnings need the consent of a named person.

Asked on demand (by a person, for the planned time) and again at sending (for the present). Each
rule is a function over a Case and says what it has to say as Remarks; the codes are stored with
consents and stay the same.
"""

from campaigns.pushes.preflight.addresses import Addresses
from campaigns.pushes.preflight.case import Case, Facts
from campaigns.pushes.preflight.edition import stopped_by_campaign
from campaigns.pushes.preflight.rules import remarks_on

__all__ = ["Addresses", "Case", "Facts", "remarks_on", "stopped_by_campaign"]
