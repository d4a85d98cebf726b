"""Brings the scene to where another assessor has taken over, so that the agreement has to be signed again."""

from registrations.services import assessors
from tests.demo.scene import NOW, TODAY, Scene


def another_takes_over(scene: Scene) -> None:
    """From today somebody else assesses."""
    known = scene.personas("running")
    registration = scene.registration("running")
    assessors.assign_assessor(registration, known["other assessor"], TODAY, by=known["coordinator"], now=NOW)
