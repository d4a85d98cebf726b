"""The design system's macros, called through one cached Jinja environment (docs/adr/0003-page-components.md)."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from jinja2 import Environment, PackageLoader, PrefixLoader

_NONE_IS_SAID = {"contentLicence"}  # the footer's: None leaves the licence out, not given shows it
_UNDERSCORE = re.compile(r"(?<=[a-z0-9])_([a-z0-9])")


def _as_it_is(text: str, *args: object, **kwargs: object) -> str:
    return text


@cache
def environment() -> Environment:
    """The one environment: autoescaping, and with an `indent` that leaves text alone.

    The stock `indent` adds two spaces to each later line of a text area inside a conditional reveal,
    every time the page is shown.
    """
    loader = PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")})
    made = Environment(loader=loader, autoescape=True, auto_reload=False, cache_size=-1)
    made.filters["indent"] = _as_it_is
    return made


@cache
def _macro(component: str) -> Callable[[Mapping[str, Any]], str]:
    template = environment().get_template(f"govuk_frontend_jinja/components/{component}/macro.html")
    name = "govuk" + "".join(part.capitalize() for part in component.split("-"))
    return getattr(template.module, name)


def render(component: str, params: Mapping[str, Any]) -> SafeString:
    """One component as HTML.

    `params` are the design system's own, in camelCase or snake_case; None means "not given".
    Raises TypeError where a parameter that takes HTML is given an unescaped string.
    """
    return mark_safe(str(_macro(component)(_prepared(params, component))).strip())


def _prepared(params: Mapping[str, Any], where: str) -> dict[str, Any]:
    ready: dict[str, Any] = {}
    for given, value in params.items():
        name = _UNDERSCORE.sub(lambda found: found[1].upper(), given)
        if value is None and name not in _NONE_IS_SAID:
            continue
        is_html = name == "html" or name.endswith("Html") or where.endswith(".slots")
        if is_html and value and not isinstance(value, SafeString):
            raise TypeError(f"{where}.{name} takes a SafeString, made by a template or format_html; use text instead.")
        ready[name] = value if name == "attributes" else _prepared_value(value, f"{where}.{name}")
    return ready


def _prepared_value(value: Any, where: str) -> Any:
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, Mapping):
        return _prepared(value, where)
    if isinstance(value, (list, tuple)):
        return [_prepared_value(item, where) for item in value]
    return value
