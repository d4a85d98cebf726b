"""A bound form field as a design-system component and its parameters."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from asye.ui.date_field import PARTS, DateBoxes, DatePartError
from asye.ui.environment import render

# The first kind that fits; RadioSelect and the check boxes are Selects in Django's eyes.
_COMPONENTS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DateBoxes, "date-input"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkboxes"),
    (forms.Select, "select"),
    (forms.FileInput, "file-upload"),
    (forms.PasswordInput, "password-input"),
    (forms.Textarea, "textarea"),
    (forms.Widget, "input"),
)
_PART_LABELS = {"day": "Day", "month": "Month", "year": "Year"}
_PART_WIDTHS = {"day": "2", "month": "2", "year": "4"}


def render_field(bound: BoundField, *, as_heading: bool, size: str, params: Mapping[str, Any]) -> SafeString:
    """The field as HTML; `params` are merged over what the form says. A hidden field gives its input alone."""
    if bound.is_hidden:
        return mark_safe(str(bound))
    component, ours = _component(bound, as_heading, size)
    return render(component, merged(merged(ours, getattr(bound.field, "gds", {})), params))


def control_id(bound: BoundField) -> str:
    """The id an error links to: the field's first control, or the first wrong box of a date."""
    first = field_id(bound)
    if isinstance(bound.field.widget, DateBoxes):
        return f"{first}-{(_wrong_parts(bound) or PARTS)[0]}"
    return first


def field_id(bound: BoundField) -> str:
    """The id of the field's group and of its first radio or check box."""
    return str(bound.field.widget.attrs.get("id") or bound.auto_id or bound.html_name)


def merged(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Both, dictionaries within dictionaries too; `over` wins, and classes add up unless it gives none."""
    both = dict(under)
    for key, value in over.items():
        if isinstance(value, Mapping) and isinstance(both.get(key), Mapping):
            both[key] = merged(both[key], value)
        elif key == "classes" and value and both.get(key):
            both[key] = f"{both[key]} {value}"
        else:
            both[key] = value
    return both


def revealed_names(form: forms.BaseForm) -> set[str]:
    """Names of the fields that are drawn beneath a choice of another."""
    lists = (names for field in form.fields.values() for names in getattr(field, "reveals", {}).values())
    return {name for names in lists for name in names}


def _component(bound: BoundField, as_heading: bool, size: str) -> tuple[str, dict[str, Any]]:
    component = next(name for kind, name in _COMPONENTS if isinstance(bound.field.widget, kind))
    params: dict[str, Any] = {"hint": _hint(bound), "error_message": _error(bound)}
    if component == "date-input":
        return component, params | _date(bound) | _legend(bound, as_heading, size)
    if isinstance(bound.field.widget, forms.CheckboxInput):
        return component, params | _box(bound)
    if component in ("radios", "checkboxes"):
        return component, params | _group(bound) | _legend(bound, as_heading, size)
    params |= {"id": field_id(bound), "name": bound.html_name, "label": _label(bound, as_heading, size)}
    params["disabled"] = bound.field.disabled or None
    if component == "select":
        params["items"] = _options(bound)
    if component == "input":
        params |= _input_kind(bound.field.widget)
    if component in ("input", "textarea"):
        params["value"] = _text(bound)
    if component == "textarea" and getattr(bound.field, "gds", {}).get("maxlength"):
        return "character-count", params
    return component, params


def _input_kind(widget: forms.Widget) -> dict[str, Any]:
    if isinstance(widget, forms.EmailInput):
        return {"type": "email", "spellcheck": False}
    if isinstance(widget, forms.NumberInput):
        return {"inputmode": "numeric"}
    return {"autocomplete": widget.attrs.get("autocomplete")}


def _text(bound: BoundField) -> str | None:
    value = bound.value()
    if value is None or value == "":
        return None
    text = str(bound.field.widget.format_value(value))
    # A browser drops one newline straight after <textarea>, so a text that begins with one needs another.
    return "\n" + text if text.startswith(("\n", "\r")) else text


def _hint(bound: BoundField) -> dict[str, Any] | None:
    text = str(bound.help_text or "")
    if not text:
        return None
    return {"html": text} if isinstance(text, SafeString) else {"text": text}


def _error(bound: BoundField) -> dict[str, Any] | None:
    messages = list(bound.errors)
    if not messages:
        return None
    if len(messages) == 1:
        return {"text": messages[0]}
    return {"html": format_html_join(mark_safe("<br>"), "{}", ((message,) for message in messages))}


def _words(bound: BoundField) -> str:
    asked = bound.field.required or not hasattr(bound.field, "noun")
    return str(bound.label) if asked else f"{bound.label} (optional)"


def _label(bound: BoundField, as_heading: bool, size: str) -> dict[str, Any]:
    size = "l" if as_heading else size
    classes = f"govuk-label--{size}" if size else None
    return {"text": _words(bound), "classes": classes, "is_page_heading": as_heading or None}


def _legend(bound: BoundField, as_heading: bool, size: str) -> dict[str, Any]:
    size = "l" if as_heading else size
    classes = f"govuk-fieldset__legend--{size}" if size else None
    legend = {"text": _words(bound), "classes": classes, "is_page_heading": as_heading or None}
    return {"fieldset": {"legend": legend}}


def _group(bound: BoundField) -> dict[str, Any]:
    return {"id_prefix": field_id(bound), "name": bound.html_name, "items": _items(bound)}


def _chosen(bound: BoundField) -> list[str]:
    value = bound.value()
    if value is None:
        return []
    return [str(one) for one in value] if isinstance(value, (list, tuple, set)) else [str(value)]


def _choices(bound: BoundField) -> Iterable[tuple[str, Any]]:
    for value, label in bound.field.choices:  # type: ignore[attr-defined]
        if isinstance(label, (list, tuple)):
            yield from ((str(inner), words) for inner, words in label)
        else:
            yield str(value), label


def _items(bound: BoundField) -> list[dict[str, Any]]:
    field, chosen, items = bound.field, _chosen(bound), []
    hints, reveals = getattr(field, "hints", {}), getattr(field, "reveals", {})
    for value, label in _choices(bound):
        if value == "" and isinstance(field.widget, forms.RadioSelect):
            continue
        if value == getattr(field, "divider", None):
            items.append({"divider": "or"})
        item: dict[str, Any] = {"value": value, "text": str(label), "checked": value in chosen}
        if value in hints:
            item["hint"] = {"text": hints[value]}
        if value in reveals:
            item["conditional"] = {"html": _revealed(bound, reveals[value])}
        if value == getattr(field, "none", None):
            item["behaviour"] = "exclusive"
        if field.disabled:
            item["disabled"] = True
        items.append(item)
    return items


def _revealed(bound: BoundField, names: Iterable[str]) -> SafeString:
    drawn = (render_field(bound.form[name], as_heading=False, size="", params={}) for name in names)
    return format_html_join("\n", "{}", ((html,) for html in drawn))


def _box(bound: BoundField) -> dict[str, Any]:
    checked = bound.value() not in (None, False, "", "False", "false")
    item = {"value": "on", "text": str(bound.label), "checked": checked, "disabled": bound.field.disabled or None}
    return {"id_prefix": field_id(bound), "name": bound.html_name, "items": [item]}


def _options(bound: BoundField) -> list[dict[str, Any]]:
    chosen = _chosen(bound) or [""]
    options = [{"value": value, "text": str(label)} for value, label in _choices(bound)]
    blank = getattr(bound.field, "blank", None)
    if blank is not None and not any(option["value"] == "" for option in options):
        options.insert(0, {"value": "", "text": blank})
    return [option | {"selected": option["value"] in chosen} for option in options]


def _wrong_parts(bound: BoundField) -> tuple[str, ...]:
    errors = bound.form.errors.as_data().get(bound.name, []) if bound.form.is_bound else []
    if not errors:
        return ()
    return next((error.parts for error in errors if isinstance(error, DatePartError)), PARTS)


def _date(bound: BoundField) -> dict[str, Any]:
    base, typed, wrong = field_id(bound), bound.value() or ("", "", ""), _wrong_parts(bound)
    items = [
        {
            "id": f"{base}-{part}",
            "name": f"{bound.html_name}_{part}",
            "label": _PART_LABELS[part],
            "value": value or None,
            "classes": f"govuk-input--width-{_PART_WIDTHS[part]}" + (" govuk-input--error" if part in wrong else ""),
            "attributes": {"disabled": "disabled"} if bound.field.disabled else None,
        }
        for part, value in zip(PARTS, typed, strict=True)
    ]
    return {"id": base, "items": items}
