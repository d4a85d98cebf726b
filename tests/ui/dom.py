"""HTML as a tree that can be compared: attributes sorted, white space between words collapsed."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.safestring import mark_safe
from lxml import etree
from lxml import html as lxml_html

COMPONENTS = Path(__file__).parents[2] / "node_modules/govuk-frontend/dist/govuk/components"
KEEPS_SPACE = {"textarea", "pre"}


def tree(markup: str) -> list[Any]:
    """The markup's elements, attributes and words; two equal trees are the same page to a browser."""
    return list(_children(lxml_html.fragment_fromstring(markup, create_parent="div")))


def _children(element: etree._Element) -> Iterator[Any]:
    kept = element.tag in KEEPS_SPACE
    if words := _words(element.text, kept):
        yield words
    for child in element:
        if isinstance(child.tag, str):
            yield (child.tag, _attributes(child), list(_children(child)))
        if words := _words(child.tail, kept):
            yield words


def _attributes(element: etree._Element) -> dict[str, str]:
    return {
        name: " ".join(value.split()) if name == "class" else value for name, value in sorted(element.attrib.items())
    }


def _words(text: str | None, kept: bool) -> str:
    return (text or "") if kept else " ".join((text or "").split())


@cache
def fixtures() -> list[tuple[str, str, dict[str, Any], str]]:
    """Every published example: component, its name, parameters, HTML."""
    found = []
    for path in sorted(COMPONENTS.glob("*/fixtures.json")):
        published = json.loads(path.read_text())
        found += [(published["component"], one["name"], one["options"], one["html"]) for one in published["fixtures"]]
    return found


def trusted(value: Any, name: str = "") -> Any:
    """The parameters with their HTML marked as such, the way a template would hand it over."""
    if isinstance(value, dict):
        inside = name == "slots"
        return {
            key: mark_safe(one) if inside and isinstance(one, str) else trusted(one, key) for key, one in value.items()
        }
    if isinstance(value, list):
        return [trusted(one) for one in value]
    is_html = name == "html" or name.endswith("Html")
    return mark_safe(value) if is_html and isinstance(value, str) else value
