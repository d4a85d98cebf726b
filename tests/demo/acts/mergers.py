"""Acts on employers that close and merge."""

from accounts.models import Employer, User
from registrations import merger_queries
from registrations.models import Merger
from registrations.services import mergers
from tests.demo.acts.act import Act
from tests.demo.scene import NOW, TODAY, Scene


def merger(scene: Scene) -> Merger:
    return Merger.objects.select_related("employer").get(pk=scene.ids["merger"]["pk"])


def empty(scene: Scene) -> Employer:
    """An employer with nobody placed."""
    return Employer.objects.create(name="Nowhere", kind="nhs", region="E12000001", opened_on=TODAY.replace(year=2020))


def confirm(scene: Scene, by: User) -> Merger:
    proposed = merger(scene)
    moving = list(merger_queries.placed_from(proposed.employer, proposed.effective_on))
    return mergers.confirm(proposed, by=by, now=NOW, seen_count=len(moving), seen_sha256=mergers.digest(moving))


ACTS: dict[str, Act] = {
    "registrations.services.mergers.close": Act(
        "caseworker", lambda scene, by: mergers.close(empty(scene), TODAY, "No more work.", by=by, now=NOW)
    ),
    "registrations.services.mergers.propose": Act(
        "caseworker",
        lambda scene, by: mergers.propose(empty(scene), merger(scene).successor, TODAY, "One of them.", by=by, now=NOW),
    ),
    "registrations.services.mergers.confirm": Act("caseworker", confirm),
    "registrations.services.mergers.cancel": Act(
        "caseworker", lambda scene, by: mergers.cancel(merger(scene), "A mistake.", by=by, now=NOW)
    ),
}
