"""What one row of the table of acts says."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User
from asye.refusals import NotAllowed
from tests.demo.scene import Scene


@dataclass(frozen=True)
class Act:
    """`let_in` names who may do it; `about` names the registration by which people are told apart.

    `call` does it as somebody, with objects read afresh; `prepare` first brings the scene, inside the same savepoint,
    into the state in which the act can be done.
    """

    let_in: str
    call: Callable[[Scene, User], object]
    about: str = "running"
    prepare: Callable[[Scene], object] | None = None


def theirs(found: object) -> object:
    """An act that finds nothing for whoever a thing does not belong to has refused them."""
    if found is None:
        raise NotAllowed("There is nothing of theirs.")
    return found
