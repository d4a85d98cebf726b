"""Acts with what is asked back of an employer."""

from payments.models import Line
from payments.services import recoveries, recovering, reversing
from tests.demo.acts.act import Act
from tests.demo.acts.payments import APPROVER, OFFICER, submitted
from tests.demo.asked_back import (
    ASKED,
    a_mistake,
    approved,
    asked,
    given_up,
    invoiced,
    mistake,
    on_a_draft,
    part,
    received,
    with_a_draft,
)
from tests.demo.scene import NOW, TODAY, Scene


def _line(scene: Scene) -> Line:
    return Line.objects.get(pk=scene.ids["paid line"]["pk"])


ACTS: dict[str, Act] = {
    "payments.services.recoveries.propose": Act(
        OFFICER, lambda scene, by: recoveries.propose(_line(scene), 1, "Counted twice.", by=by, now=NOW)
    ),
    "payments.services.recoveries.approve": Act(
        APPROVER, lambda scene, by: recoveries.approve(asked(scene), by=by, now=NOW)
    ),
    "payments.services.recoveries.withdraw": Act(
        OFFICER, lambda scene, by: recoveries.withdraw(asked(scene), "A wrong line.", by=by, now=NOW)
    ),
    "payments.services.recoveries.decline": Act(
        APPROVER, lambda scene, by: recoveries.decline(asked(scene), "Let it be.", by=by, now=NOW)
    ),
    "payments.services.recoveries.call_off": Act(
        APPROVER,
        lambda scene, by: recoveries.call_off(asked(scene), "They came back.", by=by, now=NOW),
        prepare=approved,
    ),
    "payments.services.recovering.offset": Act(
        OFFICER,
        lambda scene, by: recovering.offset(asked(scene), submitted(scene), by=by, now=NOW),
        prepare=with_a_draft,
    ),
    "payments.services.recovering.take_off_batch": Act(
        OFFICER, lambda scene, by: recovering.take_off_batch(asked(scene), by=by, now=NOW), prepare=on_a_draft
    ),
    "payments.services.recovering.invoice": Act(
        OFFICER, lambda scene, by: recovering.invoice(asked(scene), "INV7", TODAY, by=by, now=NOW), prepare=approved
    ),
    "payments.services.recovering.receive": Act(
        OFFICER,
        lambda scene, by: recovering.receive(asked(scene), 1, TODAY, seen_remaining_pence=ASKED, by=by, now=NOW),
        prepare=invoiced,
    ),
    "payments.services.reversing.ask": Act(
        OFFICER, lambda scene, by: reversing.ask(part(scene), "It was £40.", by=by, now=NOW), prepare=received
    ),
    "payments.services.reversing.approve": Act(
        APPROVER, lambda scene, by: reversing.approve(mistake(scene), by=by, now=NOW), prepare=a_mistake
    ),
    "payments.services.reversing.refuse": Act(
        APPROVER,
        lambda scene, by: reversing.refuse(mistake(scene), "It was theirs.", by=by, now=NOW),
        prepare=a_mistake,
    ),
    "payments.services.recovering.ask_write_off": Act(
        OFFICER,
        lambda scene, by: recovering.ask_write_off(asked(scene), "They have closed.", by=by, now=NOW),
        prepare=invoiced,
    ),
    "payments.services.recovering.refuse_write_off": Act(
        APPROVER,
        lambda scene, by: recovering.refuse_write_off(asked(scene), "Ask once more.", by=by, now=NOW),
        prepare=given_up,
    ),
    "payments.services.recovering.write_off": Act(
        APPROVER,
        lambda scene, by: recovering.write_off(asked(scene), seen_remaining_pence=ASKED, by=by, now=NOW),
        prepare=given_up,
    ),
}
