"""What people may write to get a script into a page, and the check that none got in."""

import re

SCRIPTS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//e.org/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<body onload=alert(1)>",
    "<iframe src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='JaVaScRiPt:alert(1)'>x</a>",
    "<math><mi xlink:href=javascript:alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<input autofocus onfocus=alert(1)>",
    "<object data=data:text/html,x>",
    "<embed src=x>",
    "<form action=//e.org><button>x</button></form>",
    "<style>*{background:url(//e.org)}</style>",
    "<link rel=stylesheet href=//e.org/x.css>",
    "<base href=//e.org>",
    "<meta http-equiv=refresh content='0;url=//e.org'>",
    "<div hx-get=//e.org hx-trigger=load>x</div>",
    "<div data-hx-get=//e.org>x</div>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    "' onmouseover='alert(1)",
    '" onfocus="alert(1)" autofocus="',
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<!--<script>alert(1)//-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "{{ 7 * 7 }}{% raw %}",
    "${7*7}",
    "<template><script>alert(1)</script></template>",
    "[x](javascript:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x]( javascript:alert(1) )",
    "![x](https://e.org/spy.png)",
    '![x](x"onerror="alert(1))',
    '<https://e.org/"onmouseover=alert(1)>',
    "[x](https://e.org 'a\" onclick=alert(1) b')",
    "[a]: javascript:alert(1)\n[a]",
    "`<script>alert(1)</script>`",
    "```\n<script>alert(1)</script>\n```",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "<script>alert(1)</script>",
    "<x style=color:red>",
    "<\x00script>alert(1)</script>",
    "\u202escript<>",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\x02<script>alert(1)</script>\x03",
]
SCRIPT = re.compile(r"/static/[0-9a-f]{10}/[a-z.-]+\.js")
LOCAL = re.compile(r"/(?!/)|#|\?")
PAGE = re.compile(r"https?://|/(?!/)|#|\?")
NEVER = {"iframe", "object", "embed", "base", "math", "template", "style", "img", "video", "audio", "frame", "applet"}


def check_harmless(page, where):
    """Whatever somebody wrote, the page holds our own scripts only, sends its forms here, and links to pages."""
    for element in page.every():
        assert element.name not in NEVER, where
        if element.name == "script":
            assert SCRIPT.fullmatch(element.get("src") or ""), where
        for name, value in element.attributes.items():
            assert not name.startswith("on"), f"{where}: {name}"
            assert name not in ("style", "http-equiv", "srcdoc", "xlink:href", "ping"), f"{where}: {name}"
            if name == "href" and element.name == "a":
                assert PAGE.match(value), f"{where}: {name}={value}"
            elif name in ("href", "src", "action", "formaction", "data-spec") or name.endswith("hx-get"):
                assert LOCAL.match(value), f"{where}: {name}={value}"
