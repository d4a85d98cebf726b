"""How a page does an act: one service call, whose refusal becomes an error of the form."""

from collections.abc import Callable
from typing import Any

from django import forms

from asye.refusals import Refused, Stale


def done(form: forms.Form, act: Callable[[], Any]) -> bool:
    """Runs the act; a refusal is put on the form and answered with false. A stale page goes on to the 409 page."""
    try:
        act()
    except Stale:
        raise
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True
