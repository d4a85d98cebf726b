"""Acts of moderation: rounds, readers, readings, what is concluded and what is said about it."""

from accounts.models import Employer, User
from assessments.states import Result
from moderation.models import Allocation, Feedback, Reading, Round, SampleItem
from moderation.services import allocation, confirming, conflicts, feedback, reading, resolution, rounds
from moderation.states import Answer, Conclusion, How, Judgement, Stage
from tests.demo.acts.act import Act
from tests.demo.pages import disagree
from tests.demo.scene import NOW, Scene

ABOUT = "moderated"


def round_(scene: Scene) -> Round:
    return Round.objects.get(pk=scene.ids["round"]["pk"])


def item(scene: Scene) -> SampleItem:
    return SampleItem.objects.get(pk=scene.ids["item"]["pk"])


def held(scene: Scene) -> Allocation:
    """The reading of the item that has not been withdrawn."""
    return Allocation.objects.live().select_related("reading").get(item=item(scene))


def feedback_sent(scene: Scene) -> Feedback:
    return Feedback.objects.get(pk=scene.ids["feedback"]["pk"])


def take_back(scene: Scene) -> None:
    allocation.withdraw(held(scene), "On leave.", by=scene.by_name["Amira Rahman"], now=NOW)


def give_anew(scene: Scene) -> None:
    """The same moderator begins again, so that nothing is sealed."""
    moderator = held(scene).moderator
    take_back(scene)
    allocation.allocate(item(scene), moderator, by=scene.by_name["Amira Rahman"], now=NOW)


def judged(scene: Scene) -> None:
    give_anew(scene)
    save(scene, held(scene).moderator, Stage.OPEN, Judgement.PASS)


def answered(scene: Scene) -> None:
    save(scene, held(scene).moderator, Stage.SEALED, Answer.AGREES)


def read_all(scene: Scene) -> None:
    """Every reader of the round agrees, so that nothing is left to resolve."""
    left = Allocation.objects.live().filter(item__population__round=round_(scene), reading__completed_at__isnull=True)
    for one in left.select_related("reading"):
        read = reading.save_step(
            one, Stage.SEALED, Answer.AGREES, "", by=one.moderator, now=NOW, seen_version=one.reading.version
        )
        reading.complete(one, by=one.moderator, now=NOW, seen_version=read.version)


def save(scene: Scene, by: User, step: Stage, said: str) -> Reading:
    one = held(scene)
    return reading.save_step(one, step, said, "Seen.", by=by, now=NOW, seen_version=one.reading.version)


def seal(scene: Scene, by: User) -> Reading:
    one = held(scene)
    return reading.seal_step_one(one, by=by, now=NOW, seen_version=one.reading.version)


def complete(scene: Scene, by: User) -> Reading:
    one = held(scene)
    return reading.complete(one, by=by, now=NOW, seen_version=one.reading.version)


def allocate(scene: Scene, by: User) -> Allocation:
    return allocation.allocate(item(scene), scene.personas(ABOUT)["other moderator"], by=by, now=NOW)


def declare(scene: Scene, by: User) -> object:
    return conflicts.declare(item(scene), scene.personas(ABOUT)["moderator"], "A friend.", by=by, now=NOW)


ACTS: dict[str, Act] = {
    "moderation.services.rounds.open_round": Act(
        "coordinator",
        lambda scene, by: rounds.open_round(Employer.objects.get(pk=scene.ids["northshire"]["pk"]), by=by, now=NOW),
        about=ABOUT,
    ),
    "moderation.services.rounds.close": Act(
        "coordinator", lambda scene, by: rounds.close(round_(scene), by=by, now=NOW), about=ABOUT, prepare=read_all
    ),
    "moderation.services.allocation.share_out": Act(
        "coordinator",
        lambda scene, by: allocation.share_out(round_(scene), by=by, now=NOW),
        about=ABOUT,
        prepare=take_back,
    ),
    "moderation.services.allocation.allocate": Act("coordinator", allocate, about=ABOUT, prepare=take_back),
    "moderation.services.allocation.withdraw": Act(
        "coordinator",
        lambda scene, by: allocation.withdraw(held(scene), "On leave.", by=by, now=NOW),
        about=ABOUT,
    ),
    "moderation.services.conflicts.declare": Act("coordinator, moderator", declare, about=ABOUT),
    "moderation.services.conflicts.declare_own": Act(
        "coordinator, senior lead, moderator, other moderator",
        lambda scene, by: conflicts.declare_own(item(scene).population, "A friend.", by=by, now=NOW),
        about=ABOUT,
    ),
    "moderation.services.reading.save_step": Act(
        "moderator",
        lambda scene, by: save(scene, by, Stage.OPEN, Judgement.PASS),
        about=ABOUT,
        prepare=give_anew,
    ),
    "moderation.services.reading.seal_step_one": Act("moderator", seal, about=ABOUT, prepare=judged),
    "moderation.services.reading.complete": Act("moderator", complete, about=ABOUT, prepare=answered),
    "moderation.services.resolution.resolve": Act(
        "coordinator",
        lambda scene, by: resolution.resolve(
            item(scene), How.PANEL, Conclusion.PASS, "The panel read it.", by=by, now=NOW
        ),
        about=ABOUT,
        prepare=disagree,
    ),
    "moderation.services.confirming.confirm_outcome": Act(
        "senior lead",
        lambda scene, by: confirming.confirm_outcome(scene.registration("confirmable"), Result.PASS, by=by, now=NOW),
        about="confirmable",
    ),
    "moderation.services.feedback.send": Act(
        "coordinator",
        lambda scene, by: feedback.send(feedback_sent(scene).item, "Thank you again.", by=by, now=NOW),
        about="fed back",
    ),
    "moderation.services.feedback.acknowledge": Act(
        "assessor", lambda scene, by: feedback.acknowledge(feedback_sent(scene), by=by, now=NOW), about="fed back"
    ),
}
