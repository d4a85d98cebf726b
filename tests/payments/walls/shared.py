"""Impossible words about a number that two employers share: each with the wall that alone keeps it out."""

from tests.payments.walls.attempt import add, run
from tests.payments.walls.recoveries import OMARS_ACCOUNT_IS_UDOS, by_another

CONFIRM = (
    "UPDATE payments_sharednumber SET confirmed_by_id = {priya}, confirmed_human_id = {priya_human}, "
    "confirmed_at = now()"
)
REFUSE = "UPDATE payments_sharednumber SET refused_by_id = {priya}, refused_at = now(), refused_because = 'x'"
TURNED_DOWN = "payments_shared_turned_down: "
NUMBER = "payments_shared_number: "

SHARED = [
    *[add(f"payments_sharednumber({column})", "shared", **{column: "{nobody}"}) for column in (
        "two_id", "explained_by_id", "explained_human_id")],
    add("payments_sharednumber(one_id)", "shared", one_id=-1),
    run("payments_sharednumber(confirmed_by_id)", by_another(CONFIRM, "nobody")),
    run("payments_sharednumber(confirmed_human_id)", by_another(CONFIRM, "priya", "nobody")),
    add("payments_sharednumber.payments_sharednumber_pkey", "shared", id="{shared}"),
    add("payments_sharednumber.shared_once", "shared", ("shared", {})),
    add("payments_sharednumber.shared_older_first", "shared", one_id="{sharing_three}", two_id="{sharing_one}"),
    add("payments_sharednumber.shared_explained", "shared", because=""),
    run("payments_sharednumber.shared_confirmed_by_somebody",
        "UPDATE payments_sharednumber SET confirmed_by_id = {priya}"),
    run("payments_sharednumber(refused_by_id)", by_another(REFUSE, "nobody")),
    run("payments_sharednumber.shared_refused_with_reason", "UPDATE payments_sharednumber SET refused_by_id = {priya}"),
    run("payments_sharednumber.shared_refused_with_reason", "UPDATE payments_sharednumber SET refused_at = now()"),
    run("payments_sharednumber.shared_refused_with_reason", REFUSE.replace("'x'", "''")),
    run("payments_sharednumber.shared_refused_with_reason", CONFIRM, REFUSE),
    run("payments_sharednumber.shared_refused_with_reason", f"{REFUSE}, {CONFIRM.partition(' SET ')[2]}"),
    add(f"{TURNED_DOWN}somebody explains it before it is turned down", "shared", refused_by_id="{priya}",
        refused_at="2026-09-14T10:00:00Z", refused_because="x"),
    run(f"{TURNED_DOWN}what was decided of a shared number cannot be changed",
        "UPDATE payments_sharednumber SET refused_because = 'y'", REFUSE),
    run(f"{TURNED_DOWN}what was decided of a shared number cannot be changed",
        "UPDATE payments_sharednumber SET refused_by_id = NULL, refused_at = NULL, refused_because = ''", REFUSE),
    run("payments_sharednumber.shared_two_people", by_another(CONFIRM, "nils", "omar_human"), *OMARS_ACCOUNT_IS_UDOS),
    add(f"{NUMBER}these two are not in use under one number", "shared", two_id="{payee}", one_id="{southmouth_payee}"),
    add(f"{NUMBER}these two are not in use under one number", "shared",
        "UPDATE payments_payee SET ended_at = now() WHERE id = {sharing_three}"),
    add(f"{NUMBER}somebody explains it first, as themselves", "shared", explained_human_id="{priya_human}"),
    add(f"{NUMBER}somebody explains it first, as themselves", "shared", confirmed_by_id="{priya}",
        confirmed_human_id="{priya_human}", confirmed_at="2026-09-14T10:00:00Z"),
    run(f"{NUMBER}nobody confirms what they explained", by_another(CONFIRM, "omar", "priya_human")),
    run(f"{NUMBER}nobody confirms what they explained", by_another(CONFIRM, "udo", "udo_human"),
        OMARS_ACCOUNT_IS_UDOS[1]),
    *[run("payments_sharednumber_frozen: a fact of payments_sharednumber cannot be changed",
          f"UPDATE payments_sharednumber SET {column} = {value}") for column, value in (
              ("two_id", "{sharing_three}"), ("because", "'y'"), ("explained_by_id", "{udo}"),
              ("explained_human_id", "{udo_human}"), ("explained_at", "now()"))],
    run("payments_sharednumber_frozen_once: a fact of payments_sharednumber cannot be changed",
        "UPDATE payments_sharednumber SET confirmed_by_id = {udo}, confirmed_human_id = {udo_human}", CONFIRM),
    run("payments_sharednumber_frozen_once: a fact of payments_sharednumber cannot be changed",
        "UPDATE payments_sharednumber SET confirmed_by_id = NULL, confirmed_human_id = NULL, confirmed_at = NULL",
        CONFIRM),
]  # fmt: skip
