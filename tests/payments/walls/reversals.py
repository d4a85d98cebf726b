"""Impossible requests to take back what was received, and parts that do: each with the wall that alone refuses it."""

from tests.payments.walls.attempt import add, run
from tests.payments.walls.recoveries import ASK, OMARS_ACCOUNT_IS_UDOS, RECEIVED, WRITE_OFF

REVERSAL = "UPDATE payments_partreversal SET"
REFUSE = f"{REVERSAL} refused_by_id = {{priya}}, refused_at = now(), refused_because = 'x'"
ASKED, REFUSED, DONE = (f" WHERE id = {{{name}_reversal}}" for name in ("asked", "refused", "done"))
OF_PART = "payments_part_reversal: "
MISTAKEN = " WHERE id = {mistaken_recovery}"

REVERSALS = [
    *[add(f"payments_partreversal({column})", "mistake", **{column: "{nobody}"}) for column in (
        "part_id", "asked_by_id", "asked_human_id")],
    run("payments_partreversal(refused_by_id)", REFUSE.replace("{priya}", "{nobody}") + ASKED),
    add("payments_partreversal.payments_partreversal_pkey", "mistake", id="{asked_reversal}"),
    add("payments_partreversal.reversal_once", "mistake", ("mistake", {})),
    add("payments_partreversal.reversal_once", "mistake", part_id="{undone_part}"),
    add("payments_partreversal.reversal_has_reason", "mistake", because=""),
    run("payments_partreversal.reversal_refused_with_reason", f"{REVERSAL} refused_by_id = {{priya}}{ASKED}"),
    run("payments_partreversal.reversal_refused_with_reason", f"{REVERSAL} refused_at = now(){ASKED}"),
    run("payments_partreversal.reversal_refused_with_reason", REFUSE.replace("'x'", "''") + ASKED),
    add(f"{OF_PART}somebody asks for a reversal first, as themselves", "mistake", asked_human_id="{priya_human}"),
    add(f"{OF_PART}somebody asks for a reversal first, as themselves", "mistake", refused_by_id="{priya}",
        refused_at="2026-09-14T10:00:00Z", refused_because="x"),
    add(f"{OF_PART}only what was received on an open invoice is taken back", "mistake", part_id="{undoing_part}"),
    add(f"{OF_PART}only what was received on an open invoice is taken back", "mistake", ASK + MISTAKEN,
        WRITE_OFF.replace("10000", "7000") + MISTAKEN),
    run(f"{OF_PART}what was decided of a reversal cannot be changed", f"{REVERSAL} refused_because = 'y'{REFUSED}"),
    run(f"{OF_PART}what was decided of a reversal cannot be changed",
        f"{REVERSAL} refused_by_id = NULL, refused_at = NULL, refused_because = ''{REFUSED}"),
    run(f"{OF_PART}what was decided of a reversal cannot be changed", REFUSE + DONE),
    *[run("payments_partreversal_frozen: a fact of payments_partreversal cannot be changed",
          f"{REVERSAL} {column} = {value}{ASKED}") for column, value in (
              ("part_id", "{mistaken_part}"), ("because", "'y'"), ("asked_by_id", "{udo}"),
              ("asked_human_id", "{udo_human}"), ("asked_at", "now()"))],
]  # fmt: skip
TAKEN_BACK = [
    add("payments_recoverypart(reversal_id)", "undoing", reversal_id="{nobody}"),
    add("payments_recoverypart.payments_recoverypart_reversal_id_key", "undoing", ("undoing", {}), number=7),
    add("payments_recoverypart.part_signed", "part", amount_pence=0),
    add("payments_recoverypart.part_signed", "part", amount_pence=-1),
    add("payments_recoverypart.part_signed", "undoing", reversal_id=None),
    *[add(f"{RECEIVED}a reversal takes back the part that it was asked for", "undoing", **change) for change in (
        {"amount_pence": -999}, {"amount_pence": -1_001}, {"reversal_id": "{refused_reversal}"},
        {"recovery_id": "{received_recovery}", "number": 2})],
    add(f"{RECEIVED}nobody takes back alone what was received", "undoing", recorded_by_id="{omar}"),
    add(f"{RECEIVED}nobody takes back alone what was received", "undoing", OMARS_ACCOUNT_IS_UDOS[1],
        recorded_by_id="{udo}"),
    add(f"{RECEIVED}nobody takes back alone what was received", "undoing", *OMARS_ACCOUNT_IS_UDOS,
        recorded_by_id="{nils}"),
]  # fmt: skip
