"""What comes after the outcome, in the browser: the certificate, its verification, and the figures."""

import csv
import io
import re

from playwright.sync_api import Page
from pypdf import PdfReader

from tests.journeys.registering import FIRST, LAST
from tests.journeys.walking import answer, download, follow, go, picture, press, refused, says, until_it_says

PART = "[0-9A-HJKMNP-TV-Z]{4}"  # Crockford's digits
DOWNLOAD = "Download the certificate (PDF)"


def take_certificate(page: Page) -> bytes:
    """The NQSW reads the outcome and downloads the certificate that the worker has drawn."""
    follow(page, "See the outcome")
    until_it_says(page, "Certificate number", seconds=60)
    picture(page, "certificate")
    return download(page, DOWNLOAD)


def number_on(pdf: bytes, name: str) -> str:
    """The number printed on the certificate, which says that this person has completed the year."""
    words = PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert f"This certifies that\n{name}\nhas successfully completed" in words, words
    found = re.search(rf"\b{PART}(-{PART}){{3}}\b", words)
    assert found, words
    return found.group()


def verify(page: Page, code: str) -> None:
    """A stranger types the number, at first with a mistake."""
    go(page, "/verify")
    refused(page, "Check", "Enter the certificate number")
    answer(page, "Certificate number", "0000-0000-0000-0000")
    press(page, "Check")
    says(page, "No certificate has this number")
    follow(page, "Enter the number again")
    answer(page, "Certificate number", code.lower())
    press(page, "Check")
    says(page, "Valid", f"{FIRST} {LAST}")
    picture(page, "verification")


def count(page: Page) -> list[list[str]]:
    """The analyst reads the tables and keeps them."""
    follow(page, "Registrations and outcomes")
    says(page, "Number of registrations: 25", "Counts under 10 are hidden", "What is counted")
    return list(csv.reader(io.StringIO(download(page, "Download these tables (CSV)").decode("utf-8-sig"))))
