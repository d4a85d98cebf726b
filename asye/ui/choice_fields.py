"""Form fields with a list to choose from, and what a choice reveals."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from asye.ui.fields import Spoken

Reveals = Mapping[str, str | Sequence[str]]


class ChoiceField(Spoken, forms.ChoiceField):
    """One of several: radios, or a list with `as_list=True`.

    `hints` gives a hint per value. `reveals` names the form's fields shown beneath a value; they are asked
    only while that value is chosen and are empty otherwise. `divider` is the value before which "or" stands.
    `blank` is the first line of a list: "Select {noun}" unless given, left out for None.
    """

    verb = "Select"
    widget: Any = forms.RadioSelect

    def __init__(
        self,
        *,
        noun: str,
        choices: Any = (),
        hints: Mapping[str, str] | None = None,
        reveals: Reveals | None = None,
        divider: str | None = None,
        inline: bool = False,
        small: bool = False,
        as_list: bool = False,
        blank: str | None = "",
        **options: Any,
    ) -> None:
        self.hints, self.reveals, self.divider = dict(hints or {}), _lists(reveals), divider
        self.blank = f"Select {noun}" if blank == "" else blank
        if as_list:
            options.setdefault("widget", forms.Select)
        gds = {"classes": _variants("radios", inline, small), **options.pop("gds", {})}
        options["error_messages"] = {
            "invalid_choice": f"{self.verb} {noun} from the list",
            **options.get("error_messages", {}),
        }
        super().__init__(noun=noun, choices=choices, gds=gds, **options)


class YesNoField(ChoiceField):
    """Yes or no: a bool, or None where optional and unanswered. The noun follows "Select yes if "."""

    def __init__(self, *, noun: str, yes: str = "Yes", no: str = "No", **options: Any) -> None:
        options["error_messages"] = {
            "required": f"Select yes if {noun}",
            "invalid_choice": f"Select yes if {noun}",
            **options.get("error_messages", {}),
        }
        super().__init__(
            **{"inline": not options.get("reveals"), "noun": noun, **options}, choices=[("yes", yes), ("no", no)]
        )

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value)

    def clean(self, value: Any) -> Any:
        return {"yes": True, "no": False}.get(super().clean(value))


class MultiChoiceField(Spoken, forms.MultipleChoiceField):
    """Any of several: check boxes, a list of values. `none` is the value that excludes all others."""

    verb = "Select"
    widget = forms.CheckboxSelectMultiple

    def __init__(
        self,
        *,
        noun: str,
        choices: Any = (),
        hints: Mapping[str, str] | None = None,
        reveals: Reveals | None = None,
        none: str | None = None,
        small: bool = False,
        **options: Any,
    ) -> None:
        self.hints, self.reveals, self.none = dict(hints or {}), _lists(reveals), none
        self.divider = none
        gds = {"classes": _variants("checkboxes", False, small), **options.pop("gds", {})}
        options["error_messages"] = {
            "invalid_choice": f"Select {noun} from the list",  # noqa: S608
            "invalid_list": f"Select {noun} from the list",  # noqa: S608
            **options.get("error_messages", {}),
        }
        super().__init__(noun=noun, choices=choices, gds=gds, **options)

    def clean(self, value: Any) -> Any:
        chosen = super().clean(value)
        if self.none in chosen and len(chosen) > 1:
            listed: Any = self.choices
            label = next(words for value, words in listed if value == self.none)
            raise ValidationError(f"Select {self.noun}, or select “{label}”", code="none_and_others")
        return chosen


class ConfirmField(Spoken, forms.BooleanField):
    """One box to tick, such as a declaration. The label is the statement; the noun follows "Confirm "."""

    verb = "Confirm"


def _variants(component: str, inline: bool, small: bool) -> str | None:
    on = [name for name, wanted in (("inline", inline), ("small", small)) if wanted]
    return " ".join(f"govuk-{component}--{name}" for name in on) or None


def _lists(reveals: Reveals | None) -> dict[str, list[str]]:
    return {value: [names] if isinstance(names, str) else list(names) for value, names in (reveals or {}).items()}
