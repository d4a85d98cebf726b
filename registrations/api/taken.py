"""What the API takes, as the description of it: the questions of the registration form, never written twice."""

from typing import Any

from rest_framework import serializers

from asye.ui import forms
from registrations.api.asking import ASSESSOR, FIELDS
from registrations.bulk.columns import COLUMNS


def _described(name: str, field: forms.forms.Field, required: bool) -> serializers.Field[Any, Any, Any, Any]:
    words: dict[str, Any] = {"help_text": str(field.label), "required": required}
    if not required:
        words["allow_null"] = True
    if name == ASSESSOR:
        return serializers.EmailField(**{**words, "help_text": "The email address of one of your assessors."})
    if isinstance(field, forms.YesNoField):
        return serializers.BooleanField(**words)
    if isinstance(field, forms.DateField):
        return serializers.DateField(**words)
    if isinstance(field, forms.NumberField):
        return serializers.IntegerField(min_value=field.least, max_value=field.most, **words)
    if isinstance(field, forms.ChoiceField):
        listed: Any = field.choices
        return serializers.ChoiceField(choices=[each for each in listed if each[0]], **words)
    longest = getattr(field, "max_length", None)
    kind = serializers.EmailField if isinstance(field, forms.EmailField) else serializers.CharField
    return kind(max_length=longest, allow_blank=not required, **words)


def described(fields: dict[str, forms.forms.Field], sometimes: frozenset[str]) -> dict[str, Any]:
    """A serializer's fields from a form's. `sometimes` are asked after certain answers only."""
    return {name: _described(name, field, field.required and name not in sometimes) for name, field in fields.items()}


SOMETIMES = frozenset(column.key for column in COLUMNS if column.may_be_missing)


class RegisterSerializer(serializers.Serializer[Any]):
    """The questions of the registration form, about one NQSW."""

    def get_fields(self) -> dict[str, Any]:
        return described(FIELDS, SOMETIMES)


class SearchSerializer(serializers.Serializer[Any]):
    swe_number = serializers.CharField(max_length=40)


class AnswerSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the registration as you read it.")
    text = serializers.CharField(max_length=2000)
    corrections = RegisterSerializer(
        required=False, allow_null=True, help_text="All answers again, where one was wrong."
    )


class WithdrawSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="Of the registration as you read it.")
    on = serializers.DateField(help_text="The first day they were no longer on the programme.")
    because = serializers.CharField(max_length=1000)
