"""Each address of our own, with the roles that it opens to. A new screen: one line here."""

from campaigns.regions.roles import Role
from tests.permissions.opening import (
    ADMINISTRATOR,
    CAMPAIGN,
    COORDINATOR,
    DESK,
    EDITORIAL,
    FIELD,
    FIGURES,
    GLOSSARY,
    HISTORY,
    LIST,
    MANAGER,
    NOBODY,
    PAGE_WORKERS,
    PLAN,
    PLANNERS,
    SNIPPET,
    TERMINOLOGY,
    TRANSLATION,
    WRITERS,
    Address,
    at_head_office,
    opens,
    public,
    stock,
)

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
