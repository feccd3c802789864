"""What is pasted where, by framework. Every way is made from the one snippet; all of it is pure."""

from typing import Any
from urllib.parse import urlsplit

import msgspec

from openbook.collect.installing.schemas import InstallWay, PastedFile
from openbook.collect.script import snippet


def ways(public_url: str, write_key: str) -> list[InstallWay]:
    """The ways to install, the usual one first. `public_url` has a scheme and no path."""
    url = public_url.rstrip("/")
    host = urlsplit(url).netloc
    pasted = snippet(url, write_key)
    return [
        InstallWay("html", [PastedFile("Before </head> of every page", "html", pasted)]),
        InstallWay(
            "react",
            [
                PastedFile("src/openbook.js", "js", _module(url, write_key)),
                PastedFile("src/main.jsx, first line", "js", "import './openbook.js'"),
            ],
        ),
        InstallWay(
            "vue",
            [
                PastedFile("src/openbook.js", "js", _module(url, write_key)),
                PastedFile("src/main.js, first line", "js", "import './openbook.js'"),
            ],
        ),
        InstallWay(
            "wordpress", [PastedFile("functions.php of the theme", "php", _wordpress(pasted))]
        ),
        InstallWay(
            "gtm", [PastedFile("A tag of the type Custom HTML, on All Pages", "html", pasted)]
        ),
        InstallWay(
            "segment",
            [
                PastedFile("Browser, @segment/analytics-next", "js", _browser(url, write_key)),
                PastedFile("Node, @segment/analytics-node", "js", _node(url, write_key)),
                PastedFile("Python, segment-analytics-python", "python", _python(url, write_key)),
            ],
        ),
        InstallWay(
            "android",
            [
                PastedFile(
                    "openbook, in onCreate of the Application", "kotlin", _android(url, write_key)
                ),
                PastedFile("Or analytics-kotlin", "kotlin", _kotlin(host, write_key)),
            ],
        ),
        InstallWay(
            "ios",
            [
                PastedFile("openbook, when the app has launched", "swift", _ios(url, write_key)),
                PastedFile("Or analytics-swift", "swift", _swift(host, write_key)),
            ],
        ),
    ]


def security_policy(public_url: str) -> str:
    """What a site adds to its own Content-Security-Policy, if it has one."""
    url = public_url.rstrip("/")
    return f"script-src {url}; connect-src {url}"


def _module(url: str, key: str) -> str:
    """The snippet's two elements as a module that a bundler takes in."""
    source = _text(f"{url}/o/{key}.js")
    return (
        "window.openbook = window.openbook || function () {\n"
        "  (window.openbook.q = window.openbook.q || []).push(arguments)\n"
        "}\n"
        "const script = document.createElement('script')\n"
        "script.async = true\n"
        f"script.src = {source}\n"
        "document.head.append(script)\n"
    )


def _wordpress(pasted: str) -> str:
    return f"add_action('wp_head', function () {{ ?>\n{pasted}\n<?php }});\n"


def _browser(url: str, key: str) -> str:
    return (
        "import { AnalyticsBrowser } from '@segment/analytics-next'\n\n"
        f"AnalyticsBrowser.load({{ writeKey: {_text(key)}, cdnURL: {_text(url)} }},\n"
        "  { highEntropyValuesClientHints: ['platformVersion', 'fullVersionList'] }).page()\n"
    )


def _node(url: str, key: str) -> str:
    return (
        "import { Analytics } from '@segment/analytics-node'\n\n"
        f"const analytics = new Analytics({{ writeKey: {_text(key)}, host: {_text(url)} }})\n"
    )


def _python(url: str, key: str) -> str:
    return (
        "from segment.analytics import Client\n\n"
        f"analytics = Client({_text(key)}, host={_text(url)}, gzip=True)\n"
    )


def _android(url: str, key: str) -> str:
    return f"Openbook.setup(this, {_text(key)}, {_text(url)})\n"


def _ios(url: str, key: str) -> str:
    return f"Openbook.setup(writeKey: {_text(key)}, host: {_text(url)})\n"


def _kotlin(host: str, key: str) -> str:
    there = _text(f"{host}/v1")
    return f"Analytics({_text(key)}, context) {{ apiHost = {there}; cdnHost = {there} }}\n"


def _swift(host: str, key: str) -> str:
    there = _text(f"{host}/v1")
    return f"Configuration(writeKey: {_text(key)}).apiHost({there}).cdnHost({there})\n"


def _text(value: Any) -> str:
    """A text as all of these languages write it."""
    return msgspec.json.encode(value).decode()
