"""Parameters of the components a page is put together from: plain rows and tasks in, the macros' own out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.core.paginator import Page
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString

from asye import keyset

COLOURS = frozenset({"green", "grey", "magenta", "orange", "purple", "red", "teal", "yellow"})

Cell = str | int | SafeString | Mapping[str, Any] | None


def content(value: Any) -> dict[str, Any]:
    """A value as the `html` or `text` of a component; a SafeString is HTML, line breaks are kept."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, SafeString):
        return {"html": value}
    text = "" if value is None else str(value)
    return {"html": linebreaksbr(text, autoescape=True)} if "\n" in text else {"text": text}


def tag(text: str, colour: str | None) -> dict[str, Any]:
    """A status, blue unless told otherwise; raises ValueError for a colour the design system does not have."""
    if colour == "blue":
        colour = None
    if colour and colour not in COLOURS:
        raise ValueError(f"{colour!r} is not a colour of the tag component.")
    return {"text": text, "classes": f"govuk-tag--{colour}" if colour else None}


def summary_list(rows: Iterable[Any], empty: str) -> dict[str, Any]:
    """Rows are (key, value), (key, value, change address) or a dict of key, value, change, hidden, actions."""
    return {"rows": [_summary_row(row, empty) for row in rows]}


def _summary_row(row: Any, empty: str) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        row = dict(zip(("key", "value", "change"), row, strict=False))
    value = row.get("value")
    made: dict[str, Any] = {"key": {"text": row["key"]}, "value": content(empty if value in (None, "") else value)}
    actions = list(row.get("actions", ()))
    if row.get("change"):
        hidden = row.get("hidden") or _mid_sentence(str(row["key"]))
        actions.append({"href": row["change"], "text": "Change", "visually_hidden_text": hidden})
    if actions:
        made["actions"] = {"items": actions}
    return made


def _mid_sentence(key: str) -> str:
    return key if key[1:2].isupper() else key[:1].lower() + key[1:]


def table(
    caption: str, header: Sequence[Any], rows: Iterable[Sequence[Cell]], *, hidden: bool, row_headers: bool
) -> dict[str, Any]:
    """Header cells are words, or {"text": …, "numeric": True} for a column that stands to the right."""
    heads = [head if isinstance(head, Mapping) else {"text": head} for head in header]
    numeric = [bool(head.get("numeric")) for head in heads]
    return {
        "caption": caption,
        "caption_classes": "govuk-visually-hidden" if hidden else "govuk-table__caption--m",
        "head": [{"text": head["text"], "format": "numeric" if head.get("numeric") else None} for head in heads],
        "rows": [
            [content(cell) | {"format": "numeric" if right else None} for cell, right in zip(row, numeric, strict=True)]
            for row in rows
        ],
        "first_cell_is_header": row_headers or None,
    }


def task_list(tasks: Iterable[Mapping[str, Any]], prefix: str) -> dict[str, Any]:
    """Tasks are dicts of title, status, and where they apply href, hint, colour; without href it cannot start yet."""
    return {"id_prefix": prefix, "items": [_task(task) for task in tasks]}


def _task(task: Mapping[str, Any]) -> dict[str, Any]:
    status: dict[str, Any] = {"text": task["status"]}
    if task.get("colour"):
        status = {"tag": tag(task["status"], task["colour"])}
    if not task.get("href"):
        status["classes"] = "govuk-task-list__status--cannot-start-yet"
    return {
        "title": {"text": task["title"]},
        "href": task.get("href"),
        "hint": {"text": task["hint"]} if task.get("hint") else None,
        "status": status,
    }


def pagination(page: Page, address: str, name: str, label: str) -> dict[str, Any] | None:
    """Links to the pages of a list: first, last and two each side. None where there is one page.

    A page with two lists gives each a `name`, by which the number stands in the address, and a `label` for those who
    go by landmarks.
    """
    if page.paginator.num_pages < 2:
        return None

    def href(number: int) -> str:
        return f"?{address}&{name}={number}" if address else f"?{name}={number}"

    items: list[dict[str, Any]] = []
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1):
        if isinstance(number, int):
            items.append({"number": number, "href": href(number), "current": number == page.number or None})
        else:
            items.append({"ellipsis": True})
    return {
        "items": items,
        "landmarkLabel": label,
        "previous": {"href": href(page.previous_page_number())} if page.has_previous() else None,
        "next": {"href": href(page.next_page_number())} if page.has_next() else None,
    }


def pager(page: keyset.Page[Any], address: str) -> dict[str, Any] | None:
    """Links to the page before and the page after. None where there is one page."""
    if not page.after and not page.before:
        return None

    def href(way: str, place: str) -> dict[str, str] | None:
        return {"href": f"?{address}&{way}={place}" if address else f"?{way}={place}"} if place else None

    return {"previous": href("before", page.before), "next": href("after", page.after)}
