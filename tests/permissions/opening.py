"""To whom an address opens, and on what: the words that the table of addresses is written in."""

from dataclasses import dataclass

from campaigns.regions.roles import Role

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
