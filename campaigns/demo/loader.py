"""The demo: an imaginary group with its regions, campaigns, pieces, figures and sessions.

The data stands in the CSV files beside this module and in content/demo; everything goes in through
the same verbs that people use. One campaign is running on the day of the first load
(campaigns.demo.running); all else has dates of its own. What is there already is left as people
made it, so that loading twice, or again after an interruption, does no harm.
"""

from collections.abc import Callable
from itertools import chain

from campaigns.calendar.holidays import lay_estimated
from campaigns.demo.accounts import FEED_ACCOUNT, load_accounts, load_feed
from campaigns.demo.closing import load_closed
from campaigns.demo.figures import load_figures, load_materials
from campaigns.demo.given import DemoError
from campaigns.demo.hits import load_hits
from campaigns.demo.people import load_people, logins_file
from campaigns.demo.plans import load_plans
from campaigns.demo.pushes import load_links, load_pushes
from campaigns.demo.regions import load_regions
from campaigns.demo.running import load_running, load_running_figures, open_running
from campaigns.demo.schedules import load_editions, load_schedules, load_targets, load_templates
from campaigns.demo.sessions import load_sessions
from campaigns.demo.translations import load_questions, load_translations

__all__ = ["DemoError", "load"]

Say = Callable[[str], None]


def load(say: Say) -> None:
    """Load the whole demo. `say` is told each step as it is done.

    Raises DemoError where something of the same name is there that the demo did not make.
    """
    say(f"regions: {load_regions()} new")
    lay_estimated()
    say(f"accounts to log in with: {load_people()} new, passwords in {logins_file()}")
    say(f"campaigns: {load_editions()} new; channel accounts: {load_accounts()} new")
    if address := load_feed():
        say(f"feed of the partner {FEED_ACCOUNT}, told only now: {address}")
    open_running()
    say(f"targets: {load_targets()} new")
    say(f"campaign that is running today: {load_running()} new")
    say(f"pieces: {load_materials()}; chosen for templates: {load_templates()}")
    say(f"translations at the desk: {load_translations()} new; questions: {load_questions()} new")
    for name, result in chain(load_figures(), load_running_figures()):
        say(f"figures: {name} {result}")
    say(f"field sessions: {load_sessions()} new")
    say(f"pushes to come: {load_pushes()} new; short links: {load_links()} new")
    say(f"hits by the running campaign's links: {load_hits()} new")
    say(f"schedules: {load_schedules()} tasks new; plans: {load_plans()} approved")
    say(f"closed periods: {load_closed()} new")
