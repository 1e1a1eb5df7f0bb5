"""A figure on a page of somebody else, and a figure that answers to the pointer."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import expect

from tests.browser import browser as browser
from tests.web.served import RUN, visiting
from tests.web.served import site as site

pytestmark = pytest.mark.browser

CHARTS = (1, 2, 3, 4)  # heat, points, points, bars: the other three figures are tables and text
SIZE = {"width": 900, "height": 700}


@contextmanager
def elsewhere(html):
    """A page of another origin."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(html.encode())

        def log_message(self, *said):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def framed(site, path):
    return f'<!doctype html><link rel="icon" href="data:,"><iframe src="{site.address}{path}" width="900" height="600">'


def test_a_figure_can_be_embedded_elsewhere_and_sets_no_cookie(browser, site):
    said = []
    with elsewhere(framed(site, f"/embed/records/{RUN}/figures/1?theme=dark")) as address:
        session = browser.new_context(viewport=SIZE)
        page = session.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto(address)
        frame = page.frame_locator("iframe")
        expect(frame.locator("figure svg").first).to_be_visible()
        expect(frame.locator("body")).to_have_css("background-color", "rgb(21, 23, 26)")
        expect(frame.locator("nav, header, form")).to_have_count(0)
        assert session.cookies() == []
        session.close()
    assert said == []


@pytest.mark.parametrize("path", ["/", "/problems", "/problems/6.18", f"/records/{RUN}/figures/1", "/moderate"])
def test_no_other_page_can_be_framed(browser, site, path):
    said = []
    with elsewhere(framed(site, path)) as address:
        session = browser.new_context(viewport=SIZE)
        page = session.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.goto(address, wait_until="networkidle")
        expect(page.frame_locator("iframe").get_by_text("Cutaway")).to_have_count(0)
        session.close()
    assert any("frame-ancestors 'none'" in line for line in said), said


def test_the_code_to_embed_is_the_address_that_can_be_framed(browser, site):
    with visiting(browser, site, f"/records/{RUN}/figures/1") as page:
        code = page.locator("pre", has_text="<iframe").locator("code").inner_text()
        assert f'src="{site.address}/embed/records/{RUN}/figures/1"' in code


def test_vega_is_loaded_only_when_asked_for(browser, site):
    asked = []
    with visiting(browser, site, "/about") as page:
        page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
        page.goto(f"{site.address}/records/{RUN}/figures/1", wait_until="networkidle")
        assert not any("vega" in name for name in asked)
        page.get_by_role("button", name="Make it interactive").click()
        expect(page.locator(".interactive canvas")).to_be_visible()
        assert {name for name in asked if "vega" in name} == {"vega.min.js", "vega-lite.min.js", "vega-embed.min.js"}


@pytest.mark.parametrize("number", CHARTS)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_interactive_figure_draws_its_marks(browser, site, number, theme):
    """More than ink and paper: the colours of at least one mark are on the canvas."""
    with visiting(browser, site, f"/records/{RUN}/figures/{number}", color_scheme=theme) as page:
        page.get_by_role("button", name="Make it interactive").click()
        canvas = page.locator(".interactive canvas")
        expect(canvas).to_be_visible()
        coloured = canvas.evaluate("""canvas => {
            const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            let count = 0;
            for (let at = 0; at < data.length; at += 4) {
                const [red, green, blue, alpha] = data.slice(at, at + 4);
                if (alpha > 128 && Math.max(red, green, blue) - Math.min(red, green, blue) > 60) count += 1;
            }
            return count;
        }""")
        assert coloured > 30
        expect(page.get_by_role("button", name="Make it interactive")).to_have_count(0)


def test_pointing_at_a_mark_tells_its_values(browser, site):
    with visiting(browser, site, f"/records/{RUN}/figures/1") as page:
        page.get_by_role("button", name="Make it interactive").click()
        box = page.locator(".interactive canvas").bounding_box()
        for share in (0.2, 0.3, 0.4):
            page.mouse.move(box["x"] + share * box["width"], box["y"] + 0.3 * box["height"])
        expect(page.locator("#vg-tooltip-element")).to_contain_text("score")


def test_without_scripts_nothing_is_offered_that_needs_them(browser, site):
    with visiting(browser, site, f"/records/{RUN}/figures/1", scripts=False) as page:
        expect(page.locator("figure svg").first).to_be_visible()
        expect(page.locator(".interactive")).to_be_hidden()
