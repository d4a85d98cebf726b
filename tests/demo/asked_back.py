"""The recovery of the scene, brought to each of its stages."""

from payments.models import Batch, PartReversal, Recovery, RecoveryPart
from payments.services import batches, recoveries, recovering, reversing
from tests.demo.scene import NOW, TODAY, Scene

ASKED = 400_00  # what Omar proposes to ask back, in pence


def asked(scene: Scene) -> Recovery:
    """It, as it is now."""
    return Recovery.objects.get(pk=scene.ids["recovery"]["pk"])


def approved(scene: Scene) -> None:
    """Priya has approved it."""
    recoveries.approve(asked(scene), by=scene.by_name["Priya Nair"], now=NOW)


def with_a_draft(scene: Scene) -> None:
    """Approved, and the batch that was submitted is a draft again."""
    approved(scene)
    batches.send_back(_batch(scene), "A line is missing.", by=scene.by_name["Priya Nair"], now=NOW)


def on_a_draft(scene: Scene) -> None:
    """It is to be taken off that batch."""
    with_a_draft(scene)
    recovering.offset(asked(scene), _batch(scene), by=scene.by_name["Omar Haddad"], now=NOW)


def invoiced(scene: Scene) -> None:
    """It was asked for with an invoice."""
    approved(scene)
    recovering.invoice(asked(scene), "INV-2026-0042", TODAY, by=scene.by_name["Omar Haddad"], now=NOW)


def given_up(scene: Scene) -> None:
    """Omar asks to write off what is outstanding."""
    invoiced(scene)
    recovering.ask_write_off(asked(scene), "They have closed.", by=scene.by_name["Omar Haddad"], now=NOW)


def received(scene: Scene) -> None:
    """All of it was recorded as received on the invoice."""
    invoiced(scene)
    omar, now = scene.by_name["Omar Haddad"], NOW
    recovering.receive(asked(scene), ASKED, TODAY, seen_remaining_pence=ASKED, by=omar, now=now)


def a_mistake(scene: Scene) -> None:
    """Omar asks to take that back."""
    received(scene)
    reversing.ask(part(scene), "It was another employer’s.", by=scene.by_name["Omar Haddad"], now=NOW)


def part(scene: Scene) -> RecoveryPart:
    """What was received."""
    return RecoveryPart.objects.get(recovery=asked(scene), number=1)


def mistake(scene: Scene) -> PartReversal:
    """The request to take it back."""
    return PartReversal.objects.get(part=part(scene))


def _batch(scene: Scene) -> Batch:
    return Batch.objects.get(pk=scene.ids["batch"]["pk"])
