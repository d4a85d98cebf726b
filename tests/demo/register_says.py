"""The register answers about the submitted registration in a way that leaves a caseworker something to do."""

from dataclasses import replace
from unittest import mock

from registrations.models import NQSW, Registration
from registrations.services import checking
from registrations.simulator import person_of
from tests.demo.scene import NOW, Scene


def register_says(scene: Scene, manner: str, name: str = "") -> None:
    """The caseworker has the register asked about the submitted registration, and it answers in that manner."""
    about = scene.registration("submitted")
    person = person_of(about.nqsw.swe_number or "")
    assert person is not None
    if name:
        NQSW.objects.filter(pk=about.nqsw_id).update(first_name=name, last_name=name)
        Registration.objects.filter(pk=about.pk).update(given_first_name=name, given_last_name=name)
    with mock.patch("registrations.simulator.person_of", return_value=replace(person, manner=manner)):
        checking.check_register_entry(about, by=scene.by_name["Erin Maddox"], now=NOW)


def register_without_answer(scene: Scene) -> None:
    register_says(scene, "busy")


def other_name_in_register(scene: Scene) -> None:
    register_says(scene, "", "Nowhere")
