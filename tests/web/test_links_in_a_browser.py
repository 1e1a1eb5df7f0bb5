"""Every link that can be reached from the front page leads somewhere."""

import re
from collections import Counter, deque
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from tests.browser import browser as browser
from tests.web.served import RUN
from tests.web.served import moderator as moderator
from tests.web.served import site as site

pytestmark = pytest.mark.browser

EACH = 3  # addresses tried of each pattern, which is an address with its names and numbers taken out
LINK = re.compile(r'(?:href|src|data-spec)="([^"]+)"')
NAMES = re.compile(rf"{RUN[:9]}-\w+|\d[\w.*-]*|(?<=/subcategories/)[\w-]+|(?<=/difficulties/)[^/]+")


def pattern(address):
    parts = urlsplit(address)
    asked = [part.partition("=")[0] for part in parts.query.split("&") if part]
    return NAMES.sub("*", parts.path) + "?" + (asked[0] if len(asked) == 1 else "several" if asked else "")


def crawl(request, site):
    """Every answer by its address, breadth first."""
    waiting, tried, found = deque([f"{site.address}/"]), Counter(), {}
    while waiting:
        address = waiting.popleft()
        if address in found or tried[pattern(address)] >= EACH:
            continue
        tried[pattern(address)] += 1
        answer = request.get(address)
        found[address] = answer.status
        if "text/html" in answer.headers.get("content-type", ""):
            links = (urljoin(address, link.replace("&amp;", "&")) for link in LINK.findall(answer.text()))
            waiting += [urldefrag(link).url for link in links if link.startswith(f"{site.address}/")]
    return found


@pytest.mark.slow
def test_no_link_is_dead(browser, site, moderator):
    session = browser.new_context(storage_state={"cookies": [moderator], "origins": []})
    found = crawl(session.request, site)
    session.close()
    assert {address: status for address, status in found.items() if status >= 400} == {}
    reached = {pattern(address) for address in found}
    known = ("/problems/*", "/records/*", "/records/*/figures/*", "/records/*/tables/heads.csv", "/contributions/*",
             "/studies/head-wiki", "/chapters/*", "/moderate", "/changes.atom", "/openapi.json")  # fmt: skip
    for path in known:
        assert f"{path}?" in reached, path


def test_every_place_in_a_page_that_is_linked_to_is_there(browser, site):
    session = browser.new_context()
    for path in ("/problems/6.18", "/problems/6.18/history", f"/records/{RUN}", "/about"):
        html = session.request.get(f"{site.address}{path}").text()
        places = set(re.findall(r'\bid="([^"]+)"', html))
        assert set(re.findall(r'href="#([^"]+)"', html)) <= places, path
    session.close()
