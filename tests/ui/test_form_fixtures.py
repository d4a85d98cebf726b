"""A Django form field gives the HTML the design system publishes, wherever a form can express the example.

What a person typed, the choices, label, hint and error go through a form; looks (classes, rows, prefix) through `gds`.
"""

import copy

import pytest

from asye.ui import forms
from asye.ui.date_field import PARTS
from asye.ui.rendering import render_field
from tests.ui.dom import fixtures, tree, trusted

WORDS = {
    "name",
    "id",
    "idPrefix",
    "namePrefix",
    "label",
    "fieldset",
    "hint",
    "errorMessage",
    "value",
    "values",
    "items",
}
# How many published examples of each component our forms give exactly. More may be added, none lost.
EXPRESSED = {
    "input": 44,
    "textarea": 18,
    "select": 6,
    "radios": 19,
    "checkboxes": 14,
    "date-input": 10,
    "file-upload": 22,
    "password-input": 11,
    "character-count": 21,
}


def _plain(described):
    return described is None or not ({"html"} & described.keys())


def _expressible(component, options):
    words = options.get("label") or (options.get("fieldset") or {}).get("legend") or {}
    if not words.get("text") or not all(map(_plain, (words, options.get("hint"), options.get("errorMessage")))):
        return False
    if component == "date-input":
        # our three boxes are always these three, with their own widths
        items = options.get("items") or [{"name": part} for part in PARTS]
        return tuple(item["name"] for item in items) == PARTS and not any(
            {"autocomplete", "attributes", "value", "id"} & item.keys() for item in items
        )
    if component == "password-input":
        return "value" not in options  # a password is never shown again
    known = {"value", "text", "hint", "divider", "checked", "selected"}
    items = options.get("items", [])
    if component in ("select", "radios", "checkboxes") and not items:
        return False
    if component == "character-count" and "maxlength" not in options:
        return False  # our limits are in characters, and always said
    return all(item and item.keys() <= known and _plain(item.get("hint")) for item in items) and _values_differ(items)


def _values_differ(items):
    values = [str(item["value"]) for item in items if "value" in item]
    if any(item.get("checked") is False or item.get("selected") is False for item in items):
        return False  # an item that gainsays the value: a form has one or the other
    if any(isinstance(item.get("value"), bool) for item in items):
        return False
    return len(set(values)) == len(values) and all("value" in item or "divider" in item for item in items)


def _field(component, options):
    words = options.get("label") or options["fieldset"]["legend"]
    looks = trusted({key: value for key, value in options.items() if key not in WORDS})
    said = {"noun": "it", "label": words["text"], "help_text": (options.get("hint") or {}).get("text", "")}
    if component == "date-input":
        return forms.DateField(gds=looks, **said)
    if component == "file-upload":
        looks.setdefault("javascript", None)
        field = forms.FileField(max_bytes=1, **said)
        field.gds = {**field.gds, **looks}
        return field
    if component == "password-input":
        return forms.PasswordField(gds=looks, **said)
    if component in ("select", "radios", "checkboxes"):
        return _choice(component, options, looks, said)
    if component in ("textarea", "character-count"):
        rows = looks.pop("rows", None)
        return forms.TextAreaField(max_length=looks.pop("maxlength", None), rows=rows, gds=looks, **said)
    return forms.TextField(gds=looks, **said)


def _choice(component, options, looks, said):
    items = [item for item in options["items"] if "value" in item]
    choices = [(str(item["value"]), item["text"]) for item in items]
    hints = {str(item["value"]): item["hint"]["text"] for item in items if item.get("hint")}
    before = [
        str(after["value"])
        for item, after in zip(options["items"], options["items"][1:], strict=False)
        if "divider" in item
    ]
    if component == "checkboxes":
        field = forms.MultiChoiceField(choices=choices, hints=hints, gds=looks, **said)
        field.divider = before[0] if before else None
        return field
    divider = before[0] if before else None
    return forms.ChoiceField(
        choices=choices, hints=hints, divider=divider, as_list=component == "select", blank=None, gds=looks, **said
    )


def _initial(component, options):
    items = options.get("items", [])
    if component == "checkboxes":
        return options.get("values") or [item["value"] for item in items if item.get("checked")]
    if component in ("radios", "select"):
        marked = [item["value"] for item in items if item.get("checked") or item.get("selected")]
        return options.get("value") or (marked[0] if marked else None)
    return options.get("value") if component != "date-input" else None


def _drawn(component, options):
    name = options.get("name") or options.get("namePrefix") or options["id"]
    field = _field(component, options)
    if own_id := options.get("id") or options.get("idPrefix"):
        field.widget.attrs["id"] = own_id
    made = type("OneForm", (forms.Form,), {name: field})
    initial = {name: _initial(component, options)}
    error = (options.get("errorMessage") or {}).get("text")
    if error is None:
        form = made(initial=initial)
    else:
        form = made(_posted(component, name, initial[name]), {})
        form.errors.clear()
        wrong = tuple(
            p for p, item in zip(PARTS, options.get("items", []), strict=False) if "--error" in item.get("classes", "")
        )
        form.add_error(name, forms.DatePartError(error, "test", wrong) if component == "date-input" else error)
    words = options.get("label") or options["fieldset"]["legend"]
    rest = {key: value for key, value in words.items() if key != "text"}
    params = {"label": rest} if "label" in options else {"fieldset": _without_words(options["fieldset"], rest)}
    if options.get("hint"):
        params["hint"] = {key: value for key, value in options["hint"].items() if key != "text"}
    if options.get("errorMessage"):
        params["error_message"] = {key: value for key, value in options["errorMessage"].items() if key != "text"}
    return render_field(form[name], as_heading=False, size="", params=trusted(params))


def _without_words(fieldset, rest):
    return {**{key: value for key, value in fieldset.items() if key != "legend"}, "legend": rest}


def _posted(component, name, value):
    if value is None or component == "date-input":
        return {}
    return {name: value}


def _names_alike(nodes):
    """Our boxes are called start_day where the examples say start-day or day."""
    for tag, attributes, children in (node for node in nodes if isinstance(node, tuple)):
        if tag == "input":
            attributes["name"] = attributes["name"].replace("_", "-").rpartition("-")[2]
        _names_alike(children)
    return nodes


EXAMPLES = [
    pytest.param(component, options, published, id=f"{component}: {name}")
    for component, name, options, published in fixtures()
    if component in EXPRESSED and _expressible(component, options)
]


def test_as_many_examples_are_expressed_as_before():
    counted = {name: sum(param.values[0] == name for param in EXAMPLES) for name in EXPRESSED}
    assert counted == EXPRESSED


@pytest.mark.parametrize(("component", "options", "published"), EXAMPLES)
def test_form_gives_the_published_html(component, options, published):
    ours, theirs = tree(_drawn(component, copy.deepcopy(options))), tree(published)
    if component == "date-input":
        ours, theirs = _names_alike(ours), _names_alike(theirs)
    assert ours == theirs
