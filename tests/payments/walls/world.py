"""A database with a batch, a line and a payee in every state, and of each table a row that could be added."""

from datetime import timedelta
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from asye import embedded
from payments.models import Batch, Entitlement, GrantYear, LedgerEntry, Line, Payee, PayerResponse
from payments.queries.lines import content, file_rows
from payments.services import batches, payees, responses
from registrations.models import NQSW
from tests.cast import NOW, TODAY, Cast
from tests.factories import payments as make
from tests.factories import recoveries as back
from tests.factories import registrations as make_registrations
from tests.ground import cluster
from tests.payments.walls.standing import PHONE, employer, recoveries_of, shared_numbers_of

LATER = NOW + timedelta(hours=2)
OUTCOME = {
    "id": 1,
    "moderation_basis": "earlier",
    "result": "pass",
    "decided_at": NOW.isoformat(),
    "because": "",
}
APPEALED = {
    "id": 2,
    "moderation_basis": "appeal",
    "result": "fail",
    "notice_on": "2026-09-14",
    "appeal_by": "2026-10-14",
    "supersedes_id": 1,
    "because": "New evidence.",
}


class World:
    """`ids` are what attempts name in braces; `rows` are rows that the database would take as they are."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.ids: dict[str, Any] = {}
        self.rows: dict[str, tuple[str, dict[str, Any]]] = {}
        self.people = iter(range(100))
        with psycopg.connect(cluster.url(embedded.SUPERUSER), autocommit=True) as door:
            self.door = door
            self._begin()
            self._batches()
            self._draft()
            self._payees()
            recoveries_of(self)
            shared_numbers_of(self)
            self._rows()
        del self.door, self.people

    def _begin(self) -> None:
        cast = self.cast
        make.setting(cast, now=NOW)
        other = make_registrations.published_year(2027, by=cast.adele, second=cast.zora, now=NOW)
        last_year = make.grant_year(2025)
        GrantYear.objects.update(cool_off_days=0)
        self.ids |= {"other_year": other.pk, "nobody": 999_999, "northshire": cast.northshire.pk}
        self.ids |= {"southmouth": cast.southmouth.pk, "last_year": last_year.pk}
        for name in ("omar", "priya", "udo", "nils", "amira", "cora", "cal"):
            user = getattr(cast, name)
            self.ids |= {name: user.pk, f"{name}_human": user.human_id}
        self.ids["ended_payee"] = Payee.objects.get(employer=cast.northshire).pk
        again = payees.propose(cast.northshire, "VN80000", by=cast.omar, now=NOW)
        make.verified(again, cast, now=NOW)
        self.ids["payee"] = again.pk
        self.ids["southmouth_payee"] = Payee.objects.get(employer=cast.southmouth).pk

    def _register(self, *at: str) -> None:
        for place in at:
            make.registered(self.cast, now=NOW, number=next(self.people), at=place)

    def _keep(self, name: str, batch: Batch) -> None:
        """The batch and its first line of Northshire under this name."""
        own = batch.lines.filter(employer=self.cast.northshire, milestone="registration")
        line = own.order_by("id").first()
        self.ids |= {name: batch.pk, f"{name}_line": line.pk, f"{name}_slot": line.slot_id}
        self.ids |= {f"{name}_person": line.slot.person_id, f"{name}_registration": line.registration_id}

    def _batches(self) -> None:
        cast = self.cast
        north = "northshire"
        self._register(north, north, north, north, north)
        paid = make.confirmed(cast, now=NOW)
        self._keep("paid", paid)
        lines = list(paid.lines.order_by("id"))
        for name, line in zip(("recovered", "returned", "merged", "other_paid"), lines[1:], strict=True):
            self.ids |= {f"{name}_line": line.pk, f"{name}_slot": line.slot_id, f"{name}_person": line.slot.person_id}
            self.ids[f"{name}_registration"] = line.registration_id
        returned = make.response((lines[2], "returned", "Account closed"), on=TODAY)
        responses.import_file(returned, batch=paid, by=cast.omar, now=LATER)
        self._register(north, north, north)
        _, plan = back.offset(lines[1], cast, now=NOW)
        sent = back.released(plan, cast, now=NOW)
        *others, last = sent.lines.filter(kind="payment").order_by("id")
        taken_off = sent.lines.get(kind="recovery")
        answers = (last, "rejected", "No such account"), (others[1], "paid", ""), (taken_off, "paid", "")
        self.ids["sent_response"] = back.answered(sent, cast, *answers, now=NOW).response.pk
        self.ids["recovery_line"] = taken_off.pk
        self.ids["paid_response"] = PayerResponse.objects.filter(batch=paid).earliest("id").pk
        self._keep("sent", sent)
        self.ids["sent_other_line"] = others[1].pk
        self._register(north)
        self._keep("ready", make.ready(cast, now=NOW))
        self._register(north)
        self._keep("approved", make.approved(cast, now=NOW))
        self._register(north)
        cancelled = make.draft(cast, now=NOW)
        self._keep("cancelled", cancelled)
        batches.cancel(cancelled, "Made by mistake.", by=cast.omar, now=NOW)
        submitted = make.submitted(cast, now=NOW)
        self._keep("submitted", submitted)

    def _draft(self) -> None:
        """Two lines stay in the draft; three are held, so that they could be added once more."""
        cast = self.cast
        self._register("northshire", "northshire", "northshire", "northshire", "southmouth")
        first = Batch.objects.get(pk=self.ids["paid"]).lines.order_by("id").first()
        done = {**OUTCOME, "registration_id": first.registration_id, "decided_by_id": cast.erin.pk}
        self.by_force("assessments_outcome", done)
        draft = make.draft(cast, now=NOW)
        lines = {line.registration_id: line for line in draft.lines.filter(milestone="registration").order_by("id")}
        stays, free, twin, spare, south = lines.values()
        completed = draft.lines.get(milestone="completion")
        self._keep("draft", draft)
        self.ids |= {"south_line": south.pk, "south_slot": south.slot_id, "free_slot": free.slot_id}
        assert stays.pk == self.ids["draft_line"]
        for name, line in (("free", free), ("twin", twin), ("completed", completed)):
            self.rows[name] = ("payments_line", self.row_of("payments_line", line.pk))
            batches.hold_line(line, "In the next one.", by=cast.omar, now=NOW)
        self.ids |= {"twin_slot": twin.slot_id, "hold": free.slot.holds.get().pk, "spare_line": spare.pk}
        self.ids |= {"completed_registration": completed.registration_id, "other_outcome": 3}
        self.by_force("assessments_outcome", {**done, **APPEALED})
        self.by_force("assessments_outcome", {**done, "id": 3, "registration_id": free.registration_id})
        self.by_force("payments_entitlement", {
            "id": 5000, "person_id": self.ids["returned_person"], "milestone": "completion",
            "paid_elsewhere_source": "Skills for Care", "paid_elsewhere_reference": "77",
        })  # fmt: skip
        self.ids |= {"elsewhere": 5000}
        NQSW.objects.filter(pk=self.ids["merged_person"]).update(merged_into=twin.slot.person_id)

    def _payees(self) -> None:
        cast = self.cast
        self.ids["proposed"] = payees.propose(cast.southmouth, "VN70000", by=cast.omar, now=NOW).pk
        own = payees.propose(cast.northshire, "VN70001", by=cast.omar, now=NOW)
        self.ids["own_proposed"] = own.pk
        east = employer("Eastshire")
        self.ids["eastshire"] = east.pk

    def _rows(self) -> None:
        ids, when = self.ids, NOW.isoformat()
        for name in ("free", "twin", "completed", "recovery"):
            row = self.rows[name][1]
            del row["id"]
            row["reference"] = f"L{len(name):019}"
        given = {"proposed_by_id": ids["omar"], "proposed_human_id": ids["omar_human"], "proposed_at": when}
        proposed = {"employer_id": ids["eastshire"], "vendor_number": "VN99999", **given}
        proposed |= {"called_back_note": "", "refused_because": "", "called_number": "", "spoke_to": ""}
        verified = {"verified_by_id": ids["priya"], "verified_human_id": ids["priya_human"], "verified_at": when}
        verified |= {"called_back_on": str(TODAY), "called_back_note": "Finance desk.", "used_from": str(TODAY)}
        verified = {**proposed, **verified, "spoke_to": "Finance manager"}
        batch = Batch.objects.get(pk=ids["approved"])
        made = b"".join(file_rows(batch))
        count, pence, digest = content(batch)
        line = Line.objects.get(pk=ids["sent_line"])
        sent = LedgerEntry.objects.get(line=line, event="sent")
        own = f"owed_to_employer:{line.employer_id}"
        entry = self.row_of("payments_ledgerentry", str(sent.pk)) | {"id": "00000000-0000-0000-0000-000000000001"}
        ids |= {"sent_entry": str(sent.pk), "sent_seal": sent.seal_id}
        ids |= {"paid_seal": LedgerEntry.objects.filter(line=ids["paid_line"]).earliest("id").seal_id}
        ids |= {"own_account": own, "south_account": f"owed_to_employer:{ids['southmouth']}"}
        ids["other_sent_entry"] = str(LedgerEntry.objects.get(line=ids["sent_other_line"], event="sent").pk)
        self.rows |= {
            "year": ("payments_grantyear", {
                "code": "2031-32", "starts_on": "2031-04-01", "ends_on": "2032-04-01", "budget_pence": 1,
                "payer_file_version": 1, "final_year_advance_on": "2031-06-01", "terms_required": True,
            }),
            "slot": ("payments_entitlement", {
                "person_id": ids["other_paid_person"], "milestone": "completion", "paid_elsewhere_source": "",
                "paid_elsewhere_reference": "",
            }),
            "advance": ("payments_line", {
                **self.row_of("payments_line", ids["recovered_line"]), "batch_id": ids["draft"], "closed_as": None,
                "closed_because": "", "closed_at": None, "milestone": "completion", "reason": "final_year_advance",
                "reference": "L" + "5" * 19, "id": 7001,
            }),
            "proposed": ("payments_payee", proposed),
            "verified": ("payments_payee", {**verified, "called_number": PHONE}),
            "called": ("payments_payee", {  # the co-ordinator of Southmouth, about details that are no longer used
                **verified, "employer_id": ids["southmouth"], "called_person_id": ids["cora"], "ended_at": when,
            }),
            "hold": ("payments_hold", self.row_of("payments_hold", ids["hold"])),
            "batch": ("payments_batch", {
                "state": "draft", "version": 1, "period": "2026-09", "file_version": 1, "prepared_at": when,
                "prepared_by_id": ids["omar"], "content_sha256": "", "approved_hand": "approver",
                "cancelled_because": "",
            }),
            "hand": ("payments_batchhand", {
                "batch_id": ids["draft"], "human_id": ids["udo_human"], "user_id": ids["udo"], "hand": "maker",
                "at": when,
            }),
            "file": ("payments_payerfile", {
                "batch_id": batch.pk, "name": "x.csv", "content": "\\x" + made.hex(), "sha256": digest,
                "line_count": count, "sum_pence": pence, "written_at": when,
            }),
            "response": ("payments_payerresponse", {
                "batch_id": ids["sent"], "content": "\\x00", "sha256": "1" * 64, "imported_by_id": ids["omar"],
                "imported_at": when,
            }),
            "row": ("payments_responserow", {
                "response_id": ids["sent_response"], "batch_id": ids["sent"], "line_id": ids["sent_line"],
                "result": "paid", "because": "", "amount_pence": 100_000, "happened_on": str(TODAY),
            }),
            "back": ("payments_responserow", {
                "response_id": ids["paid_response"], "batch_id": ids["paid"], "line_id": ids["paid_line"],
                "result": "returned", "because": "Account closed", "amount_pence": 100_000,
                "happened_on": str(TODAY),
            }),
            "seal": ("payments_seal", {
                "batch_id": ids["sent"], "number": 9, "entry_count": 1, "digest": "a" * 64, "sealed_at": when,
            }),
            "entry": ("payments_ledgerentry", {**entry, "event": "paid", "debit": own, "credit": "paid"}),
            "reversal": ("payments_ledgerentry", {
                **entry, "event": "sent_reversed", "debit": sent.credit, "credit": sent.debit,
                "reverses_id": str(sent.pk),
            }),
        }  # fmt: skip
        del self.rows["hold"][1]["id"]
        slot = Entitlement.objects.create(person_id=ids["recovered_person"], milestone="completion")
        ids["advance_slot"] = self.rows["advance"][1]["slot_id"] = slot.pk

    def row_of(self, table: str, pk: object) -> dict[str, Any]:
        query = sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE t.id = %s").format(sql.Identifier(table))
        (row,) = self.door.execute(query, [pk]).fetchone()
        return row

    def add(self, table: str, row: dict[str, Any]) -> None:
        """A row with the id that it names, past no wall."""
        self.door.execute(*insert(table, row))

    def by_force(self, table: str, row: dict[str, Any]) -> None:
        """Past every trigger and foreign key, for what would take another app's whole journey."""
        with self.door.transaction():
            self.door.execute("SET LOCAL session_replication_role = replica")
            self.door.execute(*insert(table, row))


def insert(table: str, row: dict[str, Any]) -> tuple[sql.Composed, list[Any]]:
    """The statement that adds the row; what it does not name gets the column's default."""
    row = {name: value for name, value in row.items() if name not in ("open", "verified")}
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    query = sql.SQL("INSERT INTO {table} ({names}) SELECT {names} FROM jsonb_populate_record(NULL::{table}, %s)")
    return query.format(table=sql.Identifier(table), names=names), [Jsonb(row)]
