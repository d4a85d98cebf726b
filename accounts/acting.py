"""How a page with a form does an act: one service call, whose refusal becomes an error of the form."""

from collections.abc import Callable

from django import forms

from asye.refusals import Refused, Stale


def done(form: forms.Form, act: Callable[[], object]) -> bool:
    """Runs the act where the form is valid; whether it is done. A refusal is put on the form, a stale page goes on to
    the 409 page."""
    if not form.is_valid():
        return False
    try:
        act()
    except Stale:
        raise
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return False
    return True
