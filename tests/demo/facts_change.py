"""Brings a registration of the scene into the state in which its verdict waits for a caseworker."""

from datetime import date

from django.db import transaction

from registrations.services import judging, moving
from registrations.states import Occasion
from tests.demo.scene import NOW, Scene


@transaction.atomic
def verdict_changed(scene: Scene) -> None:
    """They qualified long ago, as it turns out after approval."""
    registration = moving.locked(scene.registration("running"), None)
    registration.qualified_on = date(2015, 6, 1)
    moving.touch(registration, "qualified_on")
    judging.judge_again(registration, Occasion.FACT, by=scene.by_name["Amira Rahman"], now=NOW)
