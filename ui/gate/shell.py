"""Streamlit's page, read once from its package: Chinese, with our style and script added."""

import base64
import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import streamlit

TITLE = "联席会议工作台"
_ADDED = "".join(
    f'<link rel="stylesheet" href="/assets/{name}.css"><script src="/assets/{name}.js" defer></script>'
    for name in ("house", "stage")
)
_NO_SCRIPT = "<noscript><p>请启用浏览器的 JavaScript 后重新打开本页。</p></noscript>"


@dataclass(frozen=True, slots=True)
class Page:
    """What a page's address answers."""

    html: bytes
    policy: str


@lru_cache(maxsize=1)
def page() -> Page:
    """Rewrite the page of the installed Streamlit."""
    path = Path(streamlit.__file__).parent / "static" / "index.html"
    return rewritten(path.read_text(encoding="utf-8"))


def rewritten(html: str) -> Page:
    """Give the page our language, title, icon, style and script, and no pointer to its API."""
    html = re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL)
    html = html.replace('<html lang="en">', '<html lang="zh-CN">')
    html = re.sub(r"<title>.*?</title>", f"<title>{TITLE}</title>", html)
    html = re.sub(r'<link rel="service-desc"[^>]*>', "", html)
    html = re.sub(r"<noscript>.*?</noscript>", _NO_SCRIPT, html, flags=re.DOTALL)
    html = html.replace('href="./favicon.png"', 'href="/assets/icon.png"')
    html = html.replace('"./static/', '"/static/')
    html = html.replace("</head>", f"{_ADDED}</head>")
    return Page(html.encode(), _policy(html))


def _policy(html: str) -> str:
    inline = re.findall(r"<script>(.*?)</script>", html, flags=re.DOTALL)
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in inline)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {hashes}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self'",
            "media-src 'self'",
            "manifest-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "object-src 'none'",
        ]
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
