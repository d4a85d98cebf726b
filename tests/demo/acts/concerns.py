"""Acts on concerns and the support that follows."""

from datetime import timedelta

from accounts.models import User
from assessments.models import Concern, SupportPlan
from assessments.queries import how_many_concerns
from assessments.services import concerns
from assessments.states.concerns import ConcernResult, SupportOutcome
from tests.demo.acts.act import Act
from tests.demo.scene import NOW, TODAY, Scene

WORKERS = "coordinator, assessor"


def found(scene: Scene, which: str) -> Concern:
    return Concern.objects.get(pk=scene.ids[which]["pk"])


def raise_concern(scene: Scene, by: User) -> Concern:
    registration = scene.registration("running")
    seen = {"talked_on": TODAY, "seen_count": how_many_concerns(registration, TODAY)}
    return concerns.raise_concern(registration, "recording", "Late.", **seen, by=by, now=NOW)


def plan_support(scene: Scene, by: User) -> SupportPlan:
    reviewer = scene.personas("running")["assessor"]
    dates = {"starts_on": TODAY, "review_by": TODAY + timedelta(days=14)}
    return concerns.plan_support(found(scene, "open concern"), "Help.", **dates, reviewer=reviewer, by=by, now=NOW)


ACTS: dict[str, Act] = {
    "assessments.services.concerns.raise_concern": Act(WORKERS, raise_concern),
    "assessments.services.concerns.plan_support": Act(WORKERS, plan_support),
    "assessments.services.concerns.review_support": Act(
        WORKERS,
        lambda scene, by: concerns.review_support(
            found(scene, "supported concern"), SupportOutcome.HELPED, "Better.", by=by, now=NOW
        ),
    ),
    "assessments.services.concerns.close_concern": Act(
        WORKERS,
        lambda scene, by: concerns.close_concern(
            found(scene, "open concern"), ConcernResult.UNFOUNDED, "No ground.", by=by, now=NOW
        ),
    ),
    "assessments.services.concerns.add_note": Act(
        f"{WORKERS}, nqsw",
        lambda scene, by: concerns.add_note(found(scene, "open concern"), "I see it so.", seen_count=0, by=by, now=NOW),
    ),
}
