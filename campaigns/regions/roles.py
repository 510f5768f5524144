"""The seven roles and the least rights each needs.

Each role is a group of the same name. `sync_roles` makes the groups' permissions what stands here,
so that a review of rights is a review of this file. What Wagtail ties to a tree, rights over pages
and over collections of pictures and media, stands in PAGE_RIGHTS and FILE_RIGHTS; it is laid once
by campaigns.foundation and then belongs to the superusers.
"""

from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    EDITOR = "editor", _("Editor")
    TRANSLATOR = "translator", _("Translator")
    REVIEWER = "reviewer", _("Legal reviewer")
    CAMPAIGN_ADMINISTRATOR = "campaign_administrator", _("Campaign administrator")
    REGIONAL_COORDINATOR = "regional_coordinator", _("Regional coordinator")
    MANAGER = "manager", _("Manager")
    ADMINISTRATOR = "administrator", _("Administrator")


# Roles whose rights end at the region's border. The others reach over the whole zone (Wagtail's
# pages, workflows and accounts know no regions), so only head office may give them.
REGIONAL_ROLES = frozenset({Role.REGIONAL_COORDINATOR, Role.MANAGER})

_ADMIN = ["wagtailadmin.access_admin"]
_PLAN = [
    "campaigns.view_edition",
    "campaigns.view_series",
    "campaigns.view_publicholiday",
    "campaigns.view_push",
    "campaigns.view_channel",
    "campaigns.view_channelaccount",
    "campaigns.view_regionalwindow",
    "campaigns.view_tasktemplate",
    "campaigns.view_pushtemplate",
    "campaigns.view_plan",
    "campaigns.view_task",
    "campaigns.view_handover",
]
_FIGURES = [
    "campaigns.view_dailyreach",
    "campaigns.view_reachentry",
    "campaigns.view_target",
    "campaigns.view_snapshot",
    "campaigns.view_metric",
    "campaigns.view_reportform",
    "campaigns.view_heldentry",
]


def _may(verbs: str, *models_: str) -> list[str]:
    """Permission names: _may("view add", "content.category") is view_ and add_category."""
    return [
        f"{app}.{verb}_{model}"
        for app, model in (name.split(".") for name in models_)
        for verb in verbs.split()
    ]


PERMISSIONS: dict[str, list[str]] = {
    Role.EDITOR: [
        *_ADMIN,
        *_may("view", "content.category", "content.audience"),
        "wagtail_localize.submit_translation",
    ],
    # Submitting also means "sync": bring what changed in the Chinese over to the translation.
    Role.TRANSLATOR: [
        *_ADMIN,
        "wagtail_localize.submit_translation",
        *_may("view add change", "content.spellingexception"),
    ],
    # A word counts once somebody else than its translator has looked at it.
    Role.REVIEWER: [*_ADMIN, *_may("view approve", "content.spellingexception")],
    Role.CAMPAIGN_ADMINISTRATOR: [
        *_ADMIN,
        *_PLAN,
        *_FIGURES,
        # What files and figures refer to by code is closed or made inactive, never deleted.
        *_may(
            "view add change", "campaigns.series", "campaigns.edition", "campaigns.channelaccount"
        ),
        *_may("view add change delete", "campaigns.target", "campaigns.trackedlink"),
        *_may("add change", "campaigns.metric", "campaigns.reportform"),
        "campaigns.correct_reachentry",
        *_may("add change approve", "campaigns.push"),
        *_may("add change", "campaigns.plan", "campaigns.task"),
        *_may(
            "add change delete",
            "campaigns.regionalwindow",
            "campaigns.publicholiday",
            "campaigns.tasktemplate",
            "campaigns.pushtemplate",
        ),
        *_may("change", "campaigns.handover"),
        *_may("view add", "campaigns.importbatch"),
        "campaigns.decide_heldentry",
        "campaigns.view_fieldsession",
        "campaigns.add_evidencepackage",
        *_may("view add change", "content.category", "content.audience"),
    ],
    # A session is cancelled, never deleted: nobody holds delete_fieldsession.
    Role.REGIONAL_COORDINATOR: [
        *_ADMIN,
        *_PLAN,
        *_FIGURES,
        *_may("view add change", "campaigns.fieldsession"),
        "campaigns.approve_fieldsession",
        *_may("view add", "campaigns.importbatch"),
        "campaigns.decide_heldentry",
        *_may("add change", "campaigns.task", "campaigns.plan"),
        *_may("change", "campaigns.handover"),
        *_may("view add", "campaigns.trackedlink"),
        "campaigns.add_evidencepackage",
    ],
    Role.MANAGER: [
        *_ADMIN,
        *_PLAN,
        *_FIGURES,
        *_may("add change", "campaigns.target"),
        "campaigns.correct_reachentry",
        # Closes periods.
        "campaigns.add_snapshot",
        # Approves plans and writes none: a plan has another writer.
        "campaigns.approve_plan",
        "campaigns.view_importbatch",
        "campaigns.decide_heldentry",
        "campaigns.view_fieldsession",
        "campaigns.approve_fieldsession",
        "campaigns.add_evidencepackage",
    ],
    # Runs the house: people, regions, channels, workflows. Does not publish, and grants no rights
    # beyond the seven roles (no auth.group). People and regions are deactivated, not deleted.
    Role.ADMINISTRATOR: [
        *_ADMIN,
        *_PLAN,
        *_FIGURES,
        "campaigns.view_importbatch",
        "campaigns.view_fieldsession",
        "campaigns.view_trackedlink",
        *_may("view add change", "campaigns.region", "campaigns.reporttoken"),
        *_may("view add delete", "campaigns.posting"),
        *_may("view add change", "campaigns.channel", "campaigns.channelaccount"),
        *_may("view add change", "content.category", "content.audience"),
        *_may("view add change", "auth.user"),
        *_may("view change", "wagtailcore.site"),
        *_may("view add change", "wagtailcore.workflow", "wagtailcore.task"),
        *_may("view add change approve", "content.spellingexception"),
        "wagtail_localize.submit_translation",
    ],
}

# Over which homes a role works on pages: all, or only those that are translations.
EVERY_HOME, TRANSLATED_HOMES = "every home", "translated homes"

# Nothing goes out before legal review: only the reviewer publishes (by approving) and can take a
# piece down at once. The reviewer may not change pages of their own accord; while a piece is
# submitted, Wagtail opens it to them.
PAGE_RIGHTS: dict[str, tuple[str, list[str]]] = {
    Role.EDITOR: (EVERY_HOME, ["add_page", "change_page"]),
    Role.TRANSLATOR: (TRANSLATED_HOMES, ["add_page", "change_page"]),
    Role.REVIEWER: (EVERY_HOME, ["publish_page", "lock_page", "unlock_page"]),
    Role.ADMINISTRATOR: (
        EVERY_HOME,
        ["add_page", "change_page", "lock_page", "unlock_page", "bulk_delete_page"],
    ),
}

# Wagtail asks collections, not models, who may work on files. Whoever may add may also change and
# delete their own.
FILE_RIGHTS: dict[str, list[str]] = {
    Role.EDITOR: [
        *_may("add change choose", "wagtailimages.image"),
        *_may("add change", "wagtailmedia.media"),
        *_may("choose", "wagtaildocs.document"),
    ],
    Role.TRANSLATOR: [
        *_may("add choose", "wagtailimages.image"),
        *_may("add", "wagtailmedia.media"),
    ],
    Role.ADMINISTRATOR: [
        *_may("add change choose delete", "wagtailimages.image", "wagtaildocs.document"),
        *_may("add change delete", "wagtailmedia.media"),
        *_may("add change delete", "wagtailcore.collection"),
    ],
}


def permissions_by_name(wanted: set[str]) -> dict[str, int]:
    """Primary keys of the permissions named like "campaigns.view_push".

    Raises LookupError when a permission is named that no model has: a typo must not quietly take
    a right away.
    """
    known = {
        f"{app}.{codename}": pk
        for pk, app, codename in Permission.objects.values_list(
            "pk", "content_type__app_label", "codename"
        )
    }
    if missing := sorted(wanted - known.keys()):
        raise LookupError(f"no such permission: {', '.join(missing)}")
    return known


def sync_roles() -> None:
    """Make every role's group hold exactly the permissions that stand above.

    Raises LookupError when one of them does not exist.
    """
    for app in apps.get_app_configs():
        create_permissions(app, verbosity=0)
    known = permissions_by_name({name for names in PERMISSIONS.values() for name in names})
    for role, names in PERMISSIONS.items():
        group, _created = Group.objects.get_or_create(name=role.value)
        group.permissions.set({known[name] for name in names})
