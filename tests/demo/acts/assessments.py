"""Acts on records, outcomes, appeals and certificates."""

from datetime import timedelta

from accounts.models import Employer, User
from assessments.models import Appeal, Certificate, Draft, Outcome, Record, Signature, StandardLink, Sufficiency
from assessments.permissions import part_of
from assessments.queries import schema_of
from assessments.services import (
    appeals,
    certificates,
    drafts,
    outcomes,
    records,
    reminding,
    renewing,
    second_attempts,
    signing,
    standards,
)
from assessments.states import AppealResult, ModerationBasis, Part, Result
from moderation.models import PopulationItem
from registrations.services import equality
from tests.demo.acts.act import Act
from tests.demo.scene import NOW, TODAY, Scene
from tests.demo.taking_over import another_takes_over
from tests.factories import assessments as factory

WRITERS = "assessor, nqsw"


def agreed(scene: Scene) -> Record:
    return Record.objects.get(pk=scene.ids["record"]["pk"])


def editable(scene: Scene) -> Record:
    return Record.objects.get(pk=scene.ids["editable"]["pk"])


def northshire(scene: Scene) -> Employer:
    return Employer.objects.get(pk=scene.ids["northshire"]["pk"])


def finish(scene: Scene) -> None:
    """The assessor adds their part, so that the record can be signed or sent back."""
    record = editable(scene)
    factory.finish(record, Part.ASSESSOR, by=scene.personas("late")["assessor"], now=NOW)


def save_draft(scene: Scene, by: User) -> Draft:
    """What the person answers alone, so that there is something to begin."""
    record = editable(scene)
    part = part_of(by, record.registration, on=TODAY) or Part.NQSW
    own = next(one for one in schema_of(record).fields if one.writer == part and one.type == "long_text")
    return drafts.save(record, {own.key: "One more sentence."}, seen_draft=0, seen_revision=1, by=by, now=NOW)


def save_page(scene: Scene, by: User) -> drafts.Saved:
    """From a page that stays open and has nothing new to send."""
    return drafts.save_part(editable(scene), {}, seen_draft=0, seen_revision=1, by=by, now=NOW)


def send_back(scene: Scene, by: User) -> Record:
    record = editable(scene)
    return records.return_(record, reason="Say more.", seen_version=record.version, by=by, now=NOW)


def sign(scene: Scene, by: User) -> Signature:
    record = editable(scene)
    return signing.sign(record, seen_revision=record.current_revision.number, by=by, now=NOW)


def lock(scene: Scene, by: User) -> Record:
    record = agreed(scene)
    return records.lock(record, seen_version=record.version, by=by, now=NOW)


def reopen(scene: Scene, by: User) -> Record:
    record = agreed(scene)
    return records.reopen(record, reason="A date was wrong.", seen_version=record.version, by=by, now=NOW)


def link_of(scene: Scene) -> StandardLink:
    return StandardLink.objects.get(pk=scene.ids["standard link"]["link"])


def link(scene: Scene, by: User) -> StandardLink:
    return standards.link(agreed(scene), "pqs-8", why="Shown.", strongest="pqs-8", by=by, now=NOW)


def judge_standard(scene: Scene, by: User) -> Sufficiency:
    return standards.judge(scene.registration("running"), "pqs-8", is_enough=True, why="Seen twice.", by=by, now=NOW)


def agreement(scene: Scene) -> Record:
    return Record.objects.get(kind="agreement", registration=scene.registration("running"))


def renew(scene: Scene, by: User) -> Record:
    record = agreement(scene)
    return renewing.renew(record, seen_version=record.version, by=by, now=NOW)


def record_outcome(scene: Scene, by: User) -> Outcome:
    registration = scene.registration("confirmable")
    return outcomes.record_outcome(
        registration,
        final_revision=PopulationItem.objects.ready().get(registration=registration).final_revision,
        result=Result.PASS,
        moderation_basis=ModerationBasis.NOT_SAMPLED,
        notice_on=None,
        by=by,
        now=NOW,
    )


def open_appeal(scene: Scene, by: User) -> Appeal:
    """The day after the outcome, while there is time."""
    outcome = Outcome.objects.live().get(registration=scene.registration("passed"))
    return appeals.open_(outcome, grounds="They never met me.", by=by, now=outcome.decided_at + timedelta(days=1))


def close_appeal(scene: Scene, by: User, result: AppealResult) -> Appeal:
    appeal = Appeal.objects.get(pk=scene.ids["appeal"]["pk"])
    return appeals.close(appeal, result=result, because="We read it again.", by=by, now=NOW)


def rename(scene: Scene) -> None:
    nqsw = scene.registration("passed").nqsw
    equality.choose_certificate_name(nqsw, "A. Newname", by=nqsw.user, now=NOW)


def download(scene: Scene, by: User) -> bytes:
    certificate = Certificate.objects.get(registration=scene.registration("passed"), state="valid")
    return certificates.download(certificate, by=by, now=NOW)


ACTS: dict[str, Act] = {
    "assessments.services.appeals.open_": Act("coordinator, nqsw", open_appeal, about="passed"),
    "assessments.services.appeals.close": Act(
        "coordinator",  # the senior lead confirmed this outcome
        lambda scene, by: close_appeal(scene, by, AppealResult.UPHELD),
        about="failed",
    ),
    "assessments.services.appeals.close (withdrawn)": Act(
        "nqsw",  # who opened it
        lambda scene, by: close_appeal(scene, by, AppealResult.WITHDRAWN),
        about="failed",
    ),
    "assessments.services.certificates.reissue": Act(
        "coordinator",
        lambda scene, by: certificates.reissue(scene.registration("passed"), by=by, now=NOW),
        about="passed",
        prepare=rename,
    ),
    "assessments.services.certificates.download": Act("coordinator, nqsw", download, about="passed"),
    "assessments.services.second_attempts.allow": Act(
        "caseworker",
        lambda scene, by: second_attempts.allow("SW1", northshire(scene), TODAY, "Failed before.", by=by, now=NOW),
    ),
    "assessments.services.drafts.save": Act(WRITERS, save_draft, about="late"),
    "assessments.services.drafts.save_part": Act(WRITERS, save_page, about="late"),
    "assessments.services.outcomes.record_outcome": Act("senior lead", record_outcome, about="confirmable"),
    "assessments.services.records.open_record": Act(
        WRITERS,
        lambda scene, by: records.open_record(
            scene.registration("running"), "review", review_point="review_final", by=by, now=NOW
        ),
    ),
    "assessments.services.records.open_record (recommendation)": Act(
        "assessor",
        lambda scene, by: records.open_record(scene.registration("running"), "recommendation", by=by, now=NOW),
    ),
    "assessments.services.reminding.choose": Act(
        "assessor, other assessor, nqsw, elsewhere assessor, elsewhere nqsw",
        lambda scene, by: reminding.choose(True, by=by, now=NOW),
    ),
    "assessments.services.records.submit": Act(
        WRITERS, lambda scene, by: records.submit(editable(scene), by=by, now=NOW), about="late"
    ),
    "assessments.services.records.return_": Act(WRITERS, send_back, about="late", prepare=finish),
    "assessments.services.records.lock": Act("coordinator, assessor", lock),
    "assessments.services.records.reopen": Act("coordinator", reopen),
    "assessments.services.standards.link": Act(WRITERS, link),
    "assessments.services.standards.unlink": Act(
        WRITERS, lambda scene, by: standards.unlink(link_of(scene), by=by, now=NOW)
    ),
    "assessments.services.standards.judge": Act("assessor", judge_standard),
    "assessments.services.renewing.renew": Act("nqsw, other assessor", renew, prepare=another_takes_over),
    "assessments.services.signing.sign": Act(WRITERS, sign, about="late", prepare=finish),
}
