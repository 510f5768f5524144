"""All parts of a package, each only for who may see it on the screens."""

from collections.abc import Callable
from typing import NamedTuple

from campaigns.reports import exports, figures
from campaigns.reports.evidence import deeds, papers
from campaigns.reports.evidence.items import Asked, Collected, MissingError

FOLDER = "5-触达报告"
REPORTED_BY = {"channel": "按渠道", "region": "按机构", "day": "按日", "metric": "按指标"}
# The one to be signed.
SIGNED_BY = "channel"


class Part(NamedTuple):
    name: str
    permission: str
    collect: Callable[[Asked, Collected], None]


def reports(asked: Asked, into: Collected) -> None:
    """The figures by what people ask for, as spreadsheets, and one as a PDF to be signed."""
    chosen = figures.Selection(
        asked.editions, asked.everyday, asked.first, asked.last, asked.user, asked.region
    )
    # All at once, so that no file tells of entries that came in while the others were packed.
    told = {by: figures.report(chosen, by) for by in REPORTED_BY}
    for by, name in REPORTED_BY.items():
        kinds = ("xlsx", "pdf") if by == SIGNED_BY else ("xlsx",)
        for kind in kinds:
            into.add(
                f"{FOLDER}/触达-{name}.{kind}", f"触达台账 · {name}", _rendered(told[by], kind)
            )


def _rendered(report: figures.Report, kind: str) -> Callable:
    def write(out) -> None:
        try:
            out.write(exports.render(report, kind).data)
        except exports.NoPdfError as error:
            raise MissingError(str(error)) from error

    return write


PARTS = (
    Part("通知", "campaigns.view_edition", papers.notices),
    Part("活动方案", "campaigns.view_plan", papers.plans),
    Part("线下活动", "campaigns.view_fieldsession", deeds.sessions),
    Part("推送", "campaigns.view_push", deeds.pushes),
    Part("人工发布", "campaigns.view_handover", deeds.by_hand),
    Part("短链接", "campaigns.view_trackedlink", deeds.links),
    Part("触达报告", "campaigns.view_dailyreach", reports),
)


def collect(asked: Asked) -> Collected:
    """What the package will hold, and what is left out with the reason."""
    found = Collected()
    for part in PARTS:
        if asked.user.has_perm(part.permission):
            part.collect(asked, found)
        else:
            found.left_out.append((part.name, "生成人没有查看权限"))
    return found
