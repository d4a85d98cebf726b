"""Acts on records that may be one person."""

from accounts.models import User
from registrations.models import NQSW, Likeness
from registrations.services import same
from tests.demo.acts.act import Act
from tests.demo.scene import NOW, Scene


def pair(scene: Scene) -> Likeness:
    return Likeness.objects.select_related("one", "other").get(pk=scene.ids["same pair"]["pk"])


def merge(scene: Scene, by: User) -> NQSW:
    found = pair(scene)
    return same.merge(found, found.one, "She wrote to us.", by=by, now=NOW)


ACTS: dict[str, Act] = {
    "registrations.services.same.tell_apart": Act(
        "caseworker", lambda scene, by: same.tell_apart(pair(scene), "Twins.", by=by, now=NOW)
    ),
    "registrations.services.same.merge": Act("caseworker", merge),
}
