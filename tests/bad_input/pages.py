"""A page's form as a browser has it: what it shows, what it sends, and what the answer keeps of it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from lxml import html

from asye.ui.date_field import PARTS

WRITE = re.compile(r"^(INSERT INTO|UPDATE|DELETE FROM) \"(?P<table>\w+)\"")
# The session, the log of who read what and the counts of wrong passwords are written whatever is posted.
BESIDE = {"django_session", "accounts_sensitiveread", "axes_accessattempt", "axes_accessfailurelog"}


@dataclass(frozen=True)
class Box:
    """One input of a form."""

    name: str
    kind: str  # text, email, password, textarea, radio, checkbox, select, file, hidden, submit
    value: str


def boxes_of(form: Any) -> list[Box]:
    """The inputs of a form element, each radio and box of its own."""
    found = []
    for one in form.iter("input", "textarea", "select", "button"):
        name = one.get("name")
        if not name:
            continue
        if one.tag == "textarea":
            found.append(Box(name, "textarea", (one.text or "").removeprefix("\n")))
        elif one.tag == "select":
            chosen = [option.get("value", "") for option in one.iter("option") if option.get("selected") is not None]
            found.append(Box(name, "select", (chosen or [""])[0]))
        elif one.tag == "button":
            found.append(Box(name, "submit", one.get("value", "")))
        else:
            found.append(Box(name, one.get("type", "text"), one.get("value", "")))
    return found


def form_of(response: HttpResponse) -> Any:
    """The page's own form: the last that is posted, besides the button to sign out; None where there is none."""
    found = html.fromstring(response.content.decode())
    posted = [form for form in found.forms if form.method == "POST" and "sign-out" not in (form.action or "")]
    own = [form for form in posted if len(boxes_of(form)) > 1] or posted
    return own[-1] if own else None


def title_of(response: HttpResponse) -> str:
    return html.fromstring(response.content.decode()).findtext(".//title") or ""


def _press(sent: dict[str, Any], box: Box) -> None:
    """Of several buttons of one name, not the one that keeps unfinished work."""
    if box.value != "save":
        sent.setdefault(box.name, box.value)


def garbage(boxes: list[Box]) -> dict[str, Any]:
    """Something wrong in every input, the hidden ones and the button left as they are."""
    wrong: dict[str, Any] = {}
    for box in boxes:
        part = box.name.rpartition("_")[2]
        if box.kind in ("hidden", "submit"):
            _press(wrong, box)
        elif part in PARTS:
            wrong[box.name] = {"day": "31", "month": "2", "year": "2026"}[part]
        elif box.kind == "file":
            wrong[box.name] = SimpleUploadedFile("a.exe", b"x")
        elif box.kind in ("radio", "select"):
            wrong[box.name] = "999999999"
        elif box.kind == "checkbox":
            wrong[box.name] = "nothing of the kind"
        else:
            wrong[box.name] = "Typed\u202ebackwards"
    return wrong


def left_empty(boxes: list[Box]) -> dict[str, Any]:
    """What a browser sends of a form in which nothing was filled in."""
    sent: dict[str, Any] = {}
    for box in boxes:
        if box.kind in ("hidden", "submit"):
            _press(sent, box)
    return sent | {box.name: "" for box in boxes if box.kind in ("text", "email", "password", "textarea", "select")}


def typed_again(boxes: list[Box], sent: Mapping[str, Any]) -> dict[str, str]:
    """What was typed into a box and is not in it on the page that answers."""
    shown = {box.name: box.value for box in boxes}
    kinds = ("text", "email", "textarea")
    return {
        box.name: shown.get(box.name, "")
        for box in boxes
        if box.kind in kinds and shown.get(box.name, "") != sent[box.name]
    }


def written(queries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The tables that the queries wrote to, but for those that every request may write to."""
    found = (WRITE.match(query["sql"]) for query in queries)
    return [one["table"] for one in found if one and one["table"] not in BESIDE]
