"""What a record is evidence of, and whether a standard is covered: links made and taken away, judgements added."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from assessments.models import Record, StandardLink, Sufficiency
from assessments.permissions import check_may_judge_standards, check_may_write_in, membership_for
from assessments.queries import codes_to_cover
from assessments.rules.standards import check_can_link, check_link, check_why
from assessments.services import drafts, revisions
from asye.clock import london_date
from asye.refusals import Refused
from registrations.models import Registration


@transaction.atomic
def link(record: Record, standard: str, *, why: str, strongest: str = "", by: User, now: datetime) -> StandardLink:
    """Links a record to a standard of its year with one sentence of why; takes the place of a tick on its form.

    Beyond three links `strongest` names the standard the record shows best, this one or one linked before. Raises
    Refused for a locked record, a recommendation, a standard that is linked already or is not of the year.
    """
    part = check_may_write_in(by, record, on=london_date(now))
    record = drafts.locked(record)
    drafts.check_open(record.registration)
    check_can_link(record.state, blind=record.blind)
    live = {one.standard: one for one in record.standard_links.filter(ended_at__isnull=True)}
    linked = {code for code, one in live.items() if one.why or code != standard}
    check_link(standard, why=why, strongest=strongest, linked=linked, to_cover=codes_to_cover(record.registration))
    best = strongest or (standard if standard in live and live[standard].strongest else "")
    for one in sorted(live.values(), key=lambda one: one.standard == best):  # there is one at a time: it comes last
        _settle(one, ended=one.standard == standard, strongest=best, now=now)
    made = StandardLink.objects.create(
        record=record,
        standard=standard,
        why=why.strip(),
        strongest=standard == best,
        linked_by=by,
        linked_at=now,
    )
    under = membership_for(by, part, record.registration, on=london_date(now))
    audit.record("assessments.link_standard", record, by=by, now=now, under=under, codes=[standard])
    return made


def _settle(one: StandardLink, *, ended: bool, strongest: str, now: datetime) -> None:
    """A tick gives way to the link with a reason; where somebody said so, one link is the strongest."""
    changed = []
    if ended:
        one.ended_at = now
        changed.append("ended_at")
    if strongest and one.strongest != (one.standard == strongest):
        one.strongest = one.standard == strongest
        changed.append("strongest")
    if changed:
        one.save(update_fields=changed)


@transaction.atomic
def unlink(one: StandardLink, *, by: User, now: datetime) -> StandardLink:
    """Ends a link; it can be made again. Ending one that has ended changes nothing. A standard that the form names as
    well stays linked by that, without a reason.

    Raises Refused for a locked record, and for a standard that the form itself names: that is the form's to say.
    """
    part = check_may_write_in(by, one.record, on=london_date(now))
    record = drafts.locked(one.record)
    drafts.check_open(record.registration)
    check_can_link(record.state, blind=record.blind)
    one = StandardLink.objects.select_for_update().get(pk=one.pk)
    if one.ended_at is not None:
        return one
    if not one.why:
        raise Refused("The form itself names this standard. Change the answer there.")
    one.ended_at = now
    one.save(update_fields=["ended_at"])
    if record.current_revision is not None:
        revision = record.current_revision
        revisions.link_standards(record, revision.content, by=revision.author, now=now)
    under = membership_for(by, part, record.registration, on=london_date(now))
    audit.record("assessments.unlink_standard", record, by=by, now=now, under=under, codes=[one.standard])
    return one


@transaction.atomic
def judge(
    registration: Registration, standard: str, *, is_enough: bool, why: str, by: User, now: datetime
) -> Sufficiency:
    """The assessor of now says whether the evidence of the year is enough for a standard, and why; the latest counts.

    Holistic (domain 7.1): no number of links makes it enough or keeps it from being so. Saying the same again adds
    nothing.
    """
    under = check_may_judge_standards(by, registration, on=london_date(now))
    registration = Registration.objects.select_for_update(of=("self",)).get(pk=registration.pk)
    drafts.check_open(registration)
    if standard not in codes_to_cover(registration):
        raise Refused("This standard is not one of the year’s.")
    check_why(why)
    said = {"standard": standard, "is_enough": is_enough, "why": why.strip(), "judged_by": by}
    last = registration.sufficiencies.filter(standard=standard).order_by("-id").first()
    if last is not None and all(getattr(last, name) == value for name, value in said.items()):
        return last
    made = Sufficiency.objects.create(registration=registration, judged_at=now, **said)
    audit.record("assessments.judge_standard", made, by=by, now=now, under=under, codes=[standard])
    return made
