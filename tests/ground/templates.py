"""A variable that a template names and nobody gave is an error, in the project's own templates."""

import sys
from collections.abc import Iterator
from types import CodeType, FrameType
from typing import Any

import pytest
from django.conf import settings
from django.template import Context
from django.template.base import FilterExpression
from django.template.defaulttags import ForNode
from django.test.signals import reset_template_engines

from tests.ground import cluster

FOR_LOOP: CodeType = ForNode.render.__code__
_lenient_resolve = FilterExpression.resolve


class UndefinedVariable(Exception):
    """A template used a name that is not in its context."""


def _own_template(context: Context) -> str:
    """The name of the project's template being rendered; empty inside a package's template."""
    template = context.render_context.template or context.template
    origin = str(getattr(getattr(template, "origin", None), "name", "") or "")
    ours = origin.startswith(str(cluster.ROOT)) and "site-packages" not in origin
    return origin if ours else ""


class _Undefined(str):
    """Django formats this with the variable's name whenever it would print nothing for it."""

    __slots__ = ()

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:  # type: ignore[override]
        caller: FrameType = sys._getframe(1)  # FilterExpression.resolve, the only place that does this
        where = _own_template(caller.f_locals["context"])
        if where:
            raise UndefinedVariable(f"{where} uses {variable}, which is not in its context")
        return ""


def _strict_for_loops(self: FilterExpression, context: Context, ignore_failures: bool = False) -> Any:
    """A loop over an undefined name would run no times and say nothing."""
    value = _lenient_resolve(self, context, ignore_failures)
    if value is None and ignore_failures and sys._getframe(1).f_code is FOR_LOOP and _own_template(context):
        raise UndefinedVariable(f"{_own_template(context)} loops over {self.token}, which is undefined or None")
    return value


@pytest.fixture(autouse=True, scope="session")
def strict_templates(django_test_environment: None) -> Iterator[None]:
    """Sets it in the settings, not in the engine: a test that overrides DEBUG or the apps gets a new engine."""
    options = settings.TEMPLATES[0]["OPTIONS"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(options, "string_if_invalid", _Undefined("%s"))
        patch.setattr(FilterExpression, "resolve", _strict_for_loops)
        reset_template_engines(setting="TEMPLATES")
        yield
    reset_template_engines(setting="TEMPLATES")
