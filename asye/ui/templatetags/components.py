"""The parts a page of this service is put together from: {% load components %}. docs/pages.md shows each."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from asye import keyset
from asye.ui import components
from asye.ui.environment import render

register = template.Library()


@register.inclusion_tag("components/page_header.html")
def page_header(heading: str, caption: str = "", size: str = "l") -> dict[str, Any]:
    """The page's h1 with the words above it that say where it belongs."""
    return {"heading": heading, "caption": caption, "size": size}


@register.simple_tag
def back_link(href: str, text: str = "Back") -> SafeString:
    """The way back; goes into the block before_content."""
    return render("back-link", {"href": href, "text": text})


@register.simple_tag
def inset(text: str) -> SafeString:
    """A sentence set apart from the text around it."""
    return render("inset-text", components.content(text))


@register.simple_tag
def tag(text: str, colour: str | None = None) -> SafeString:
    """A status, such as "Overdue" in red."""
    return render("tag", components.tag(text, colour))


@register.simple_tag
def summary_list(rows: Iterable[Any], empty: str = "Not provided", classes: str | None = None) -> SafeString:
    """Keys and values with their change links; an empty value shows the words of `empty`."""
    return render("summary-list", components.summary_list(rows, empty) | {"classes": classes})


@register.inclusion_tag("components/check_answers.html")
def check_answers(sections: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Sections are dicts of heading and rows, the rows as for summary_list."""
    return {"sections": sections}


@register.simple_tag
def table(
    caption: str,
    header: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    caption_hidden: bool = False,
    row_headers: bool = False,
) -> SafeString:
    """A table that scrolls within its own frame where the screen is too narrow for it."""
    params = components.table(caption, header, rows, hidden=caption_hidden, row_headers=row_headers)
    return format_html(
        '<div class="app-table-scroll" role="region" aria-label="{}" tabindex="0">{}</div>',
        caption,
        render("table", params),
    )


@register.simple_tag
def task_list(tasks: Iterable[Mapping[str, Any]], prefix: str = "task") -> SafeString:
    """Tasks with their status; `prefix` keeps the ids of two lists on one page apart."""
    return render("task-list", components.task_list(tasks, prefix))


TASK_LINE = """
<li class="govuk-task-list__item govuk-task-list__item--with-link">
  <div class="govuk-task-list__name-and-hint">
    <a class="govuk-link govuk-task-list__link" href="{}" aria-describedby="{}">{}</a>
    <div id="{}" class="govuk-task-list__hint">{}</div>
  </div>{}
</li>"""
TASK_STATE = """
  <div class="govuk-task-list__status"><strong class="govuk-tag govuk-tag--{}">{}</strong></div>"""


@register.simple_tag
def task_lines(lines: Iterable[Any]) -> SafeString:
    """What waits for somebody, each with id, title, about, href, and where it is due the colour and words of its state.

    Drawn by hand: start pages have twenty, and the macro or a template takes four times as long.
    """
    drawn = (
        (
            *(line.href, line.id, line.title, line.id, line.about),
            format_html(TASK_STATE, line.colour, line.state) if line.state else "",
        )
        for line in lines
    )
    return format_html('<ul class="govuk-task-list">{}\n</ul>', format_html_join("", TASK_LINE, drawn))


@register.simple_tag
def pagination(page: Page, address: str = "", name: str = "page", label: str = "Pagination") -> SafeString:
    """Links to the other pages of a list. `address` is the query kept before the page number, like "s=abc"; a second
    list of a page has a `name` and a `label` of its own."""
    params = components.pagination(page, address, name, label)
    return render("pagination", params) if params else mark_safe("")


@register.simple_tag
def pager(page: keyset.Page[Any], address: str = "") -> SafeString:
    """Links to the page before and after in a long list (asye.keyset). `address` is kept before the place."""
    params = components.pager(page, address)
    return render("pagination", params) if params else mark_safe("")


@register.inclusion_tag("components/selected.html")
def selected(chosen: Iterable[Mapping[str, str]]) -> dict[str, Any]:
    """What a list is narrowed by, each with a link that removes it: dicts of called, value, href."""
    return {"chosen": chosen}


@register.inclusion_tag("components/empty_state.html")
def empty_state(text: str, action: str = "", href: str = "") -> dict[str, Any]:
    """What stands where a list would be: why it is empty, and what to do about it."""
    return {"text": text, "action": action, "href": href}


@register.inclusion_tag("components/timeline.html")
def timeline(events: Iterable[Mapping[str, Any]], level: int = 2) -> dict[str, Any]:
    """What happened, newest first: dicts of heading, at (an instant), and where known by and text."""
    blank = {"by": "", "text": ""}
    return {"events": [{**blank, **event} for event in events], "level": level}


@register.inclusion_tag("components/confirmation.html")
def confirmation(
    heading: str, next_steps: Sequence[str], reference: str = "", reference_label: str = "Reference"
) -> dict[str, Any]:
    """The green panel after an act, and "What happens next". Raises ValueError without a next step."""
    if not next_steps:
        raise ValueError("A confirmation says what happens next.")
    return {
        "heading": heading,
        "next_steps": next_steps,
        "reference": reference,
        "reference_label": reference_label,
    }


@register.inclusion_tag("components/filters.html")
def filters(
    form: Any, action: str, heading: str = "Filter", clear: str = "", button: str = "Show results"
) -> dict[str, Any]:
    """A form that narrows a list. It posts: what was searched for never stands in an address."""
    return {"form": form, "action": action, "heading": heading, "clear": clear, "button": button}
