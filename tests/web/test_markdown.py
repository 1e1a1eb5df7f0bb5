"""Markdown of contributors: what stays, and at which level its headings begin."""

import pytest

from cutaway.web.markdown import as_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a *b* **c** `d`", "<p>a <em>b</em> <strong>c</strong> <code>d</code></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("# a", "<h4>a</h4>\n"),
        ("### a\n#### b\n###### c", "<h4>a</h4>\n<h5>b</h5>\n<h6>c</h6>\n"),
        ("<b>a</b>", "<p>&lt;b&gt;a&lt;/b&gt;</p>\n"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>\n"),
    ],
)
def test_markdown_becomes_the_html_of_a_contribution(text, html):
    assert as_html(text) == html


def test_links_lead_out_and_nowhere_else():
    assert 'href="https://example.org/"' in as_html("[a](https://example.org/)")
    for elsewhere in ("javascript:alert(1)", "/moderate", "data:text/html,x", "//example.org"):
        assert "href" not in as_html(f"[a]({elsewhere})")
