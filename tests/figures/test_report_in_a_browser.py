"""The report as a browser runs it: sorting, pointing, papers, and not one request or complaint."""

import json
from pathlib import Path

import pytest

from cutaway.figures.report import report_html

CHROMIUM, DRIVER = Path("/usr/bin/chromium"), Path("/usr/bin/chromedriver")
OPTIONS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1200,900"
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM.exists() and DRIVER.exists()), reason="needs chromium and chromedriver"),
]


@pytest.fixture(scope="module")
def chromium(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for option in (*OPTIONS.split(), f"--user-data-dir={tmp_path_factory.mktemp('profile')}"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
    yield driver
    driver.quit()


@pytest.fixture
def browser(chromium, tmp_path, record, study, tables):
    """The report, freshly opened; whatever the test does, nothing may be complained of or asked from outside."""
    path = tmp_path / "report.html"
    path.write_text(report_html(record, study, tables), encoding="utf-8")
    for kind in ("browser", "performance"):
        chromium.get_log(kind)
    chromium.get(path.as_uri())
    yield chromium
    assert chromium.get_log("browser") == []
    asked = [
        message["params"]["request"]["url"]
        for entry in chromium.get_log("performance")
        if (message := json.loads(entry["message"])["message"])["method"] == "Network.requestWillBeSent"
    ]
    assert {url for url in asked if not url.startswith("data:")} == {path.as_uri()}


def column(browser, at):
    rows = "document.querySelectorAll('table.data tbody tr')"
    script = f"return Array.from({rows}, row => row.cells[arguments[0]].dataset.value)"
    return [float(value) for value in browser.execute_script(script, at)]


def test_a_column_sorts_by_click_and_by_keyboard(browser, tables):
    from selenium.webdriver.common.keys import Keys

    scores = tables["heads"]["induction"].tolist()
    at = 6  # after model, layer, head, role and two other scores; nulls share their score's cell
    button = browser.find_elements("css selector", "table.data thead button")[at]
    head = browser.find_elements("css selector", "table.data thead th")[at]
    assert column(browser, at) == scores
    button.click()
    assert (head.get_attribute("aria-sort"), column(browser, at)) == ("descending", sorted(scores, reverse=True))
    button.send_keys(Keys.ENTER)
    assert (head.get_attribute("aria-sort"), column(browser, at)) == ("ascending", sorted(scores))


def test_pointing_at_a_token_shades_what_it_looks_at(browser, tables):
    from selenium.webdriver import ActionChains

    cells = tables["attention"]
    first = cells[(cells["text"] == "counting") & (cells["layer"] == 0) & (cells["head"] == 1) & (cells["query"] == 9)]
    strongest = int(first.loc[first["weight"].idxmax(), "key"])
    view = browser.find_element("css selector", "[data-attention]")
    tokens = view.find_elements("css selector", ".token")
    ActionChains(browser).move_to_element(tokens[9]).perform()
    assert "from" in tokens[9].get_attribute("class")
    assert "to" in tokens[strongest].get_attribute("class").split()
    assert "at place 9 looks at" in view.find_element("css selector", ".looks").text
    row = view.find_element("css selector", "g.from")
    assert row.get_attribute("data-query") == "9", "the picture follows"


def test_arrows_move_from_token_to_token(browser):
    from selenium.webdriver.common.keys import Keys

    tokens = browser.find_elements("css selector", "[data-attention] .token")
    tokens[0].click()
    tokens[0].send_keys(Keys.ARROW_RIGHT)
    browser.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert browser.switch_to.active_element == tokens[2]
    assert [token.get_attribute("tabindex") for token in tokens[:3]] == ["-1", "-1", "0"]


def test_the_paper_can_be_changed(browser):
    def paper():
        return browser.execute_script("return getComputedStyle(document.body).backgroundColor")

    before = paper()
    button = browser.find_element("css selector", "[data-paper]")
    assert button.text in ("Dark paper", "Light paper")
    button.click()
    assert paper() != before
    button.click()
    assert paper() == before


def test_a_phone_never_scrolls_the_page_sideways(browser):
    size = {"width": 390, "height": 800, "deviceScaleFactor": 1, "mobile": True}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        assert browser.execute_script("return document.documentElement.scrollWidth") <= 390
    finally:
        browser.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
