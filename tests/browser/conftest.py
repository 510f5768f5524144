"""A real browser on a live server, for what only a browser can tell.

Without Chromium these tests are skipped, visibly and with the line that installs it; where CI is
set they fail instead, so that they can never go missing unnoticed.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

# Fixtures: a piece's two Kazakh versions, and who translates them.
from tests.content.translation.conftest import arab, cyrillic, translator  # noqa: F401

INSTALL = "apt-get install chromium-headless-shell fonts-noto-cjk"
CHROMIUMS = ("chromium-headless-shell", "chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1280, "height": 800}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium() -> str | None:
    """Where Chromium is: what CHROMIUM names, else the system's.

    Rather the one without a window's frame, which would be drawn for nobody.
    """
    named = [os.environ["CHROMIUM"]] if "CHROMIUM" in os.environ else CHROMIUMS
    return next(filter(None, map(shutil.which, named)), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium()
    if executable is None:
        message = f"Chromium is not here: {INSTALL}, or name it in CHROMIUM"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    # Playwright keeps an event loop in this thread; Django would refuse every query of the tests.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # As generous as the windows below: what comes is seen at once, however long this may be.
    expect.set_options(timeout=30_000)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield launched
        launched.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
    else:
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture
def window(browser: Browser, live_server) -> Iterator[Callable[..., Page]]:
    """Open a window on the live site: window(DESK, java_script_enabled=False).goto("/zh-hans/").

    Whatever a page says on its console as an error, a breach of the CSP for one, fails the test;
    only Wagtail's own screens (strict=False) may, since their autosave answers 400 to half a form.
    """
    contexts = []
    errors: list[str] = []

    def open_window(viewport: dict = PHONE, *, strict: bool = True, **options) -> Page:
        context = browser.new_context(
            viewport=viewport, base_url=live_server.url, locale="zh-CN", **options
        )
        # Generous: on a busy machine two browsers share a core with the site they look at.
        context.set_default_timeout(30_000)
        contexts.append(context)
        page = context.new_page()
        if strict:
            page.on("console", lambda told: told.type == "error" and errors.append(told.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield open_window
    for context in contexts:
        context.close()
    # A page that does not exist is reported as an error too; that one is no surprise.
    assert [text for text in errors if "404" not in text] == []
