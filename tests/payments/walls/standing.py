"""What stands in the world of recoveries and of numbers that two employers share, and the rows that could be added."""

from typing import TYPE_CHECKING, Any

from accounts.models import Employer
from payments.models import LedgerEntry, Line
from payments.services import sharing
from tests.cast import CAST_JOINED, NOW
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.payments.walls.recoveries import ASK, INVOICE, STOP
from tests.payments.walls.reversals import REFUSE, REFUSED

if TYPE_CHECKING:
    from tests.payments.walls.world import World

BY_INVOICE = ("invoiced", "asked", "received", "mistaken")
PHONE = "+441632960001"
PART = """
    INSERT INTO payments_recoverypart (id, recovery_id, number, amount_pence, received_on, recorded_by_id, recorded_at)
    VALUES (7000, {received_recovery}, 1, 4000, '2026-09-14', {omar}, now())
"""


def employer(name: str) -> Employer:
    """One that nobody is placed with and that nothing was paid to, with a telephone number."""
    return Employer.objects.create(
        name=name, kind="childrens_trust", region="E12000006", opened_on=CAST_JOINED.date(), phone=PHONE
    )


def recoveries_of(world: "World") -> None:
    """One in each state, all of one payment but the first, which a line could take off the draft.

    Nothing is entered for the invoices and for the part that was paid back: those entries could be added.
    """
    cast, ids, begun = world.cast, world.ids, NOW.isoformat()
    paid, merged = Line.objects.get(pk=ids["paid_line"]), Line.objects.get(pk=ids["merged_line"])
    ids["approved_recovery"] = back.approved(paid, cast, now=NOW, pence=60_000).pk
    ids["proposed_recovery"] = back.proposed(merged, cast, now=NOW, pence=10_000).pk
    ids["stopped_recovery"] = back.proposed(merged, cast, now=NOW, pence=10_000).pk
    for name in ("merged", *BY_INVOICE):
        ids[f"{name}_recovery"] = back.approved(merged, cast, now=NOW, pence=10_000).pk
    statements = [f"{STOP} 'declined', stopped_by_id = {{priya}} WHERE id = {{stopped_recovery}}"]
    statements += [f"{INVOICE} WHERE id = {{{name}_recovery}}" for name in BY_INVOICE]
    statements += [f"{ASK} WHERE id = {{asked_recovery}}"]
    statements += [PART]
    for statement in statements:
        world.door.execute(statement.format(**ids))
    ids["part"] = 7000
    part = world.row_of("payments_recoverypart", ids["part"])
    del part["id"]
    world.rows |= {
        "recovery": ("payments_line", {
            **world.row_of("payments_line", paid.pk), "batch_id": ids["draft"], "kind": "recovery",
            "recovers_id": paid.pk, "amount_pence": 60_000, "recovery_id": ids["approved_recovery"],
        }),
        "asked": ("payments_recovery", {
            "line_id": ids["other_paid_line"], "amount_pence": 40_000, "cause": "judgement", "reason": "Asked back.",
            "proposed_by_id": ids["omar"], "proposed_human_id": ids["omar_human"], "proposed_at": begun,
            "stopped_because": "", "invoice_reference": "", "write_off_because": "",
        }),
        "part": ("payments_recoverypart", {**part, "number": 2, "amount_pence": 6_000}),
    }  # fmt: skip
    entry = LedgerEntry.objects.get(line=merged, event="sent")
    row = world.row_of("payments_ledgerentry", str(entry.pk)) | {
        "id": "00000000-0000-0000-0000-000000000001", "line_id": None,
        "debit": f"owed_by_employer:{ids['northshire']}", "credit": entry.debit,
    }  # fmt: skip
    mistakes_of(world, part, row)
    of_part = {"event": "received", "recovery_id": ids["received_recovery"], "part_id": ids["part"], "pence": 4_000}
    world.rows |= {
        "invoiced": ("payments_ledgerentry", {
            **row, "event": "invoiced", "recovery_id": ids["invoiced_recovery"], "pence": 10_000,
        }),
        "received": ("payments_ledgerentry", {**row, **of_part, "debit": "paid", "credit": row["debit"]}),
    }  # fmt: skip


def mistakes_of(world: "World", part: dict[str, Any], entry: dict[str, Any]) -> None:
    """Four parts of one invoice: nobody, somebody, or two people want the first three back; of one they do not.

    What was entered when the third came is there; that it was taken back again could be entered.
    """
    ids, begun = world.ids, NOW.isoformat()
    part = part | {"recovery_id": ids["mistaken_recovery"], "amount_pence": 1_000}
    mistake = {
        "asked_by_id": ids["omar"], "asked_human_id": ids["omar_human"], "asked_at": begun, "because": "Not theirs.",
        "refused_because": "",
    }  # fmt: skip
    for number, name in enumerate(("mistaken", "asked", "undone", "kept"), 1):
        ids[f"{name}_part"] = 7000 + number
        world.add("payments_recoverypart", {**part, "id": 7000 + number, "number": number})
    for number, (name, of) in enumerate((("asked", "asked"), ("done", "undone"), ("refused", "kept")), 7000):
        ids[f"{name}_reversal"] = number
        world.add("payments_partreversal", {**mistake, "id": number, "part_id": ids[f"{of}_part"]})
    world.door.execute(f"{REFUSE}{REFUSED}".format(**ids))
    undoing = {**part, "amount_pence": -1_000, "recorded_by_id": ids["priya"], "number": 5}
    ids["undoing_part"] = 7005
    world.add("payments_recoverypart", {**undoing, "id": 7005, "reversal_id": ids["done_reversal"]})
    debtor, came = entry["debit"], "00000000-0000-0000-0000-000000000007"
    entry = entry | {"recovery_id": ids["mistaken_recovery"], "pence": 1_000}
    received = {**entry, "event": "received", "debit": "paid", "credit": debtor}
    world.add("payments_ledgerentry", {**received, "id": came, "part_id": ids["undone_part"]})
    world.rows |= {
        "mistake": ("payments_partreversal", {**mistake, "part_id": ids["mistaken_part"]}),
        "undoing": ("payments_recoverypart", {**undoing, "number": 6, "reversal_id": ids["asked_reversal"]}),
        "came": ("payments_ledgerentry", {**received, "part_id": ids["kept_part"]}),
        "undone": ("payments_ledgerentry", {
            **entry, "event": "received_reversed", "debit": debtor, "credit": "paid", "reverses_id": came,
            "part_id": ids["undoing_part"],
        }),
    }  # fmt: skip


def shared_numbers_of(world: "World") -> None:
    """Three employers in use under one number: of two it has been said why, of another two it could be."""
    given = [make.payee(employer(name), world.cast, now=NOW, number="VN90000") for name in ("West", "Mid", "Weald")]
    one, two, three = given
    shared = sharing.explain(one, two, "One runs the other.", by=world.cast.omar, now=NOW)
    world.ids |= {"shared": shared.pk, "sharing_one": one.pk, "sharing_two": two.pk, "sharing_three": three.pk}
    world.rows["shared"] = ("payments_sharednumber", {
        "one_id": one.pk, "two_id": three.pk, "because": "One runs the other.", "explained_by_id": world.ids["omar"],
        "explained_human_id": world.ids["omar_human"], "explained_at": NOW.isoformat(),
    })  # fmt: skip
