"""The tags of a page: {% load gds %}. docs/pages.md shows each."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import reduce
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from asye import dates, money
from asye.ui.environment import render
from asye.ui.rendering import control_id, merged, render_field, revealed_names

register = template.Library()


def _nested(options: Mapping[str, Any]) -> dict[str, Any]:
    """`label__text="x"` becomes {"label": {"text": "x"}}; `params` goes underneath all."""
    made: dict[str, Any] = dict(options.get("params") or {})
    for name, value in options.items():
        if name != "params":
            made = merged(made, reduce(lambda inner, part: {part: inner}, reversed(name.split("__")), value))
    return made


@register.simple_tag
def gds(component: str, **options: Any) -> SafeString:
    """Any component of the design system by its name, with its own parameters."""
    return render(component, _nested(options))


class BlockNode(template.Node):
    """{% gdsblock %}: what stands between the tags becomes the component's html."""

    def __init__(self, component: FilterExpression, options: dict[str, FilterExpression], inside: NodeList) -> None:
        self.component, self.options, self.nodelist = component, options, inside

    def render(self, context: Context) -> SafeString:
        options = {name: value.resolve(context) for name, value in self.options.items()}
        inside = self.nodelist.render(context)
        return render(self.component.resolve(context), {**_nested(options), "html": inside})


@register.tag
def gdsblock(parser: Parser, token: Token) -> BlockNode:
    """A component around the HTML up to endgdsblock."""
    name, *bits = token.split_contents()
    if not bits:
        raise template.TemplateSyntaxError(f"{name} needs the name of a component.")
    options = token_kwargs(rest := bits[1:], parser)
    if rest:
        raise template.TemplateSyntaxError(f"{name} takes key=value parameters, not {rest[0]}.")
    inside = parser.parse(("endgdsblock",))
    parser.delete_first_token()
    return BlockNode(parser.compile_filter(bits[0]), options, inside)


@register.simple_tag
def gds_field(field: BoundField, *, as_heading: bool = False, size: str = "s", **options: Any) -> SafeString:
    """One form field with label or legend, hint and error. `as_heading` makes its label the page's h1."""
    return render_field(field, as_heading=as_heading, size=size, params=_nested(options))


@register.simple_tag
def gds_fields(form: forms.BaseForm | SafeString, *, size: str = "s") -> SafeString:
    """Every field of a form in its order, hidden ones too; revealed ones beneath their choice. What is drawn already
    stays as it is."""
    if isinstance(form, SafeString):
        return form
    beneath = revealed_names(form)
    drawn = (render_field(field, as_heading=False, size=size, params={}) for field in form if field.name not in beneath)
    return format_html_join("\n", "{}", ((html,) for html in drawn))


@register.simple_tag
def gds_errors(*given: Any) -> SafeString:
    """The error summary of one form, several, or a formset; nothing where nothing is wrong."""
    items = [item for form in _forms(given) for item in _summary(form)]
    if not items:
        return mark_safe("")
    return render("error-summary", {"title_text": "There is a problem", "error_list": items})


def _forms(given: Iterable[Any]) -> Iterable[forms.BaseForm]:
    for one in given:
        if isinstance(one, forms.BaseFormSet):
            yield from one.forms
        elif isinstance(one, forms.BaseForm):
            yield one


def _summary(form: forms.BaseForm) -> list[dict[str, str | None]]:
    if not form.is_bound or form.is_valid():
        return []
    visible = form.visible_fields()
    first = f"#{control_id(visible[0])}" if visible else None
    items = [{"text": str(message), "href": first} for message in form.non_field_errors()]
    for field in form:
        target = first if field.is_hidden else f"#{control_id(field)}"
        items += [{"text": str(message), "href": target} for message in field.errors]
    return items


@register.simple_tag(takes_context=True)
def error_prefix(context: Context) -> str:
    """Gives "Error: " for the title of a page whose `form`, or one of its `forms`, has errors."""
    wrong = any(form.is_bound and not form.is_valid() for form in _forms([context.get("form"), *_several(context)]))
    return "Error: " if wrong else ""


def _several(context: Context) -> Iterable[Any]:
    given = context.get("forms")
    return [given] if isinstance(given, forms.BaseFormSet) else given or []


@register.simple_tag(takes_context=True)
def gds_messages(context: Context) -> SafeString:
    """Django's messages as notification banners: success messages in green."""
    drawn = []
    for number, message in enumerate(context.get("messages") or (), 1):
        kind = "success" if message.level_tag == "success" else None
        text = message.message
        body = {"html": text} if isinstance(text, SafeString) else {"text": text}
        title = "gds-message-title" if number == 1 else f"gds-message-title-{number}"
        drawn.append((render("notification-banner", {"type": kind, "title_id": title, **body}),))
    return format_html_join("\n", "{}", drawn)


@register.filter
def pounds(pence: int) -> str:
    """Pence as "£1,000"; nothing for None."""
    return "" if pence is None else money.pounds(pence)


@register.filter
def long_date(day: date | None) -> str:
    """Gives "3 September 2026"; nothing for None."""
    return "" if not day else dates.long_date(day)


@register.filter
def long_datetime(instant: datetime | None) -> str:
    """Gives "3 September 2026 at 5:50pm" in London; nothing for None."""
    return "" if not instant else dates.long_datetime(instant)


@register.filter
def how_late(due: date | None, today: date) -> str:
    """Gives "2 days late", "due today", "due in 3 days"; nothing without a due date."""
    return "" if not due else dates.how_late(due, today)
