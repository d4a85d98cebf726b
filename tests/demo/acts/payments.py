"""Acts with money."""

from accounts.models import Employer, User
from payments.models import Batch, GrantYear, Line, Payee, PayerResponse, SharedNumber
from payments.queries.contacts import contacts_for
from payments.rules.years import seen_of
from payments.services import batches, files, payees, preparing, responses, sampling, sharing, years
from payments.states import Finding
from tests.demo.acts.act import Act
from tests.demo.scene import NOW, TODAY, Scene

OFFICER = "payments officer"
APPROVER = "payments approver"


def submitted(scene: Scene) -> Batch:
    return Batch.objects.get(pk=scene.ids["batch"]["pk"])


def paid(scene: Scene) -> Batch:
    return Batch.objects.get(pk=scene.ids["paid batch"]["pk"])


def proposed(scene: Scene) -> Payee:
    return Payee.objects.get(pk=scene.ids["proposed payee"]["pk"])


def send_back(scene: Scene) -> None:
    batches.send_back(submitted(scene), "A line is missing.", by=scene.by_name["Priya Nair"], now=NOW)


def cancel(scene: Scene) -> None:
    """What the batch would have paid is owed again."""
    batches.cancel(submitted(scene), "Made too early.", by=scene.by_name["Omar Haddad"], now=NOW)


def written(scene: Scene) -> None:
    """Approved, and its file is there."""
    approve(scene, scene.by_name["Priya Nair"])
    files.write_pending(NOW)


def submit(scene: Scene, by: User) -> Batch:
    batch = submitted(scene)
    return batches.submit(batch, by=by, now=NOW, seen_version=batch.version)


def approve(scene: Scene, by: User) -> Batch:
    batch = submitted(scene)
    return batches.approve(
        batch,
        by=by,
        now=NOW,
        seen_count=batch.line_count,
        seen_sum_pence=batch.sum_pence,
        seen_sha256=batch.content_sha256,
    )


def hand_over(scene: Scene, by: User) -> Batch:
    batch = submitted(scene)
    return batches.mark_handed_over(batch, by=by, now=NOW, seen_sha256=batch.file.sha256)


def hold(scene: Scene, by: User) -> object:
    line = Line.objects.get(pk=scene.ids["draft line"]["pk"])
    return batches.hold_line(line, "We ask first.", by=by, now=NOW)


def import_again(scene: Scene, by: User) -> object:
    """The same bytes change nothing, and not everybody may send them."""
    content = bytes(PayerResponse.objects.order_by("id").first().content)
    return responses.import_file(content, by=by, now=NOW)


def propose(scene: Scene, by: User) -> Payee:
    return payees.propose(Employer.objects.get(pk=scene.ids["northshire"]["pk"]), "V777002", by=by, now=NOW)


def explain(scene: Scene, by: User) -> SharedNumber:
    pair = scene.ids["shared pair"]
    one, two = (Payee.objects.get(pk=pair[key]) for key in ("pk", "other"))
    return sharing.explain(one, two, "One runs the other.", by=by, now=NOW)


def change_year(scene: Scene, by: User) -> GrantYear:
    year = GrantYear.objects.get(code="2026-27")
    return years.change_settings(
        year,
        cool_off_days=5,
        contact_settled_days=20,
        final_year_advance_on=year.final_year_advance_on,
        seen=seen_of(year),
        by=by,
        now=NOW,
    )


ACTS: dict[str, Act] = {
    "payments.services.batches.submit": Act(OFFICER, submit, prepare=send_back),
    "payments.services.batches.approve": Act(APPROVER, approve),
    "payments.services.batches.send_back": Act(
        APPROVER, lambda scene, by: batches.send_back(submitted(scene), "A line is missing.", by=by, now=NOW)
    ),
    "payments.services.batches.hold_line": Act(OFFICER, hold),
    "payments.services.batches.cancel": Act(
        OFFICER, lambda scene, by: batches.cancel(submitted(scene), "Made too early.", by=by, now=NOW)
    ),
    "payments.services.batches.mark_handed_over": Act(OFFICER, hand_over, prepare=written),
    "payments.services.batches.download_file": Act(
        OFFICER, lambda scene, by: batches.download_file(paid(scene), by=by, now=NOW)
    ),
    "payments.services.payees.propose": Act(OFFICER, propose),
    "payments.services.payees.verify": Act(
        APPROVER,
        lambda scene, by: payees.verify(
            proposed(scene),
            contact=contacts_for(proposed(scene), by, TODAY)[0].key,
            spoke_to="Head of finance",
            called_back_on=TODAY,
            note="They read it out.",
            by=by,
            now=NOW,
        ),
    ),
    "payments.services.payees.refuse": Act(
        APPROVER, lambda scene, by: payees.refuse(proposed(scene), "A wrong number.", by=by, now=NOW)
    ),
    "payments.services.sharing.explain": Act(OFFICER, explain),
    "payments.services.sharing.confirm": Act(
        APPROVER,
        lambda scene, by: sharing.confirm(
            SharedNumber.objects.get(pk=scene.ids["shared number"]["pk"]), by=by, now=NOW
        ),
    ),
    "payments.services.sampling.record_finding": Act(
        OFFICER,
        lambda scene, by: sampling.record_finding(
            Line.objects.get(pk=scene.ids["sampled line"]["pk"]), Finding.RIGHT, "A payslip.", by=by, now=NOW
        ),
    ),
    "payments.services.sharing.refuse": Act(
        APPROVER,
        lambda scene, by: sharing.refuse(
            SharedNumber.objects.get(pk=scene.ids["shared number"]["pk"]), "They know nothing of it.", by=by, now=NOW
        ),
    ),
    "payments.services.years.change_settings": Act("administrator", change_year),
    "payments.services.preparing.prepare_batch": Act(
        OFFICER, lambda scene, by: preparing.prepare_batch(by=by, now=NOW), prepare=cancel
    ),
    "payments.services.responses.import_file": Act(OFFICER, import_again),
}
