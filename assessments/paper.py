"""Draws certificates as accessible PDF files (PDF/UA-1). Loaded by the worker only: it needs the system's libraries.

Fonts are read and styles parsed once in a process; a document may reach those fonts and its own QR code, nothing else.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from assessments.certificate_facts import rows

FONTS = Path(settings.BASE_DIR) / "var" / "assets" / "fonts"
STYLES = Path(__file__).with_name("paper.css")
SCHEME = "certificate:"
QR = f"{SCHEME}qr"


class Fetcher(URLFetcher):
    """Answers `certificate:qr` and `certificate:<font file>`; every other address is refused."""

    def __init__(self, qr: bytes = b"") -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)
        self.qr = qr

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        if url == QR:
            return URLFetcherResponse(url, self.qr, {"Content-Type": "image/svg+xml"})
        name = url.removeprefix(SCHEME)
        if url.startswith(SCHEME) and name in {path.name for path in FONTS.glob("*.woff2")}:
            return URLFetcherResponse(url, (FONTS / name).read_bytes(), {"Content-Type": "font/woff2"})
        raise ValueError(f"A certificate may not load {url}")


_fonts = FontConfiguration()
_styles = CSS(
    string=STYLES.read_text(encoding="utf-8").replace("#1d4f6e", settings.SERVICE_COLOUR),
    font_config=_fonts,
    url_fetcher=Fetcher(),
)


def draw(facts: Mapping[str, str], *, address: str, code: str) -> bytes:
    """The file for these facts; `address` is where they can be checked. The same facts give the same bytes."""
    made = io.BytesIO()
    segno.make(address, error="m", mask=3, micro=False).save(made, kind="svg", border=0, dark="#0b0c0c", xmldecl=False)
    page = render_to_string(
        "assessments/certificate_pdf.html",
        {
            "facts": facts,
            "rows": [row for row in rows(facts) if row[1] not in (facts["name"], facts["code"])],
            "address": address,
            "qr": QR,
            "service_name": settings.SERVICE_NAME,
        },
    )
    document = HTML(string=page, url_fetcher=Fetcher(made.getvalue()))
    pdf = document.write_pdf(
        stylesheets=[_styles], font_config=_fonts, pdf_variant="pdf/ua-1", pdf_identifier=code.encode()
    )
    return bytes(pdf)
