"""A headless Chromium for tests of pages; where there is none, those tests are skipped and say so.

A folder takes it by importing the fixture into its conftest: `from tests.browser import browser as browser`.
"""

import os
from contextlib import contextmanager
from pathlib import Path

import pytest

BINARIES = ("/usr/bin/chromium-headless-shell", "/usr/bin/chromium")
PHONE, TABLET, DESK = 390, 768, 1280  # pixels across


def chromium_path():
    """The browser of this machine, or None."""
    return next((path for path in BINARIES if Path(path).exists()), None)


@pytest.fixture(scope="module")
def browser():
    """One browser for a file of tests: until it stops, no other event loop can run in this thread."""
    path = chromium_path()
    if path is None and os.environ.get("CI"):
        pytest.fail(f"CI runs these tests, and needs {' or '.join(BINARIES)}")
    if path is None:
        pytest.skip(f"needs {' or '.join(BINARIES)}")
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def opened(browser, url, *, width=DESK, height=900, **context):
    """A page of its own; whatever is done with it, nothing may be complained of, and nothing asked from elsewhere.

    `context` goes to Playwright, such as `color_scheme="dark"`.
    """
    complaints, asked = [], []
    session = browser.new_context(viewport={"width": width, "height": height}, **context)
    try:
        page = session.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.append(request.url))
        page.goto(url)
        yield page
    finally:
        session.close()
    assert complaints == []
    home = url if url.startswith("file:") else "/".join(url.split("/")[:3]) + "/"
    assert [other for other in asked if not other.startswith((home, "data:"))] == []


def scrolls_sideways(page):
    """Whether the page itself, not a box in it, is wider than the window."""
    return page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
