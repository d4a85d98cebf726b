"""Who may do what in moderation, and the only doors through which views load a row."""

from datetime import date

from django.db.models import F, Value
from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts import roles
from accounts.models import Employer, Membership, User
from accounts.permissions import check_has_role, has_role, membership_in
from accounts.queries import employers_of
from assessments.queries import unknown_to
from asye.refusals import NotAllowed
from moderation.conflicts import Conflicted, TookPart
from moderation.models import Allocation, Feedback, PopulationItem, Round, SampleItem, is_run_by
from registrations.models import ProgrammeYear, Registration

DECLARE = (roles.COORDINATOR, roles.SENIOR_LEAD, roles.MODERATOR)


def check_may_run(user: User, employer: Employer | int, *, on: date) -> Membership:
    """A co-ordinator of the employer runs its moderation; raises NotAllowed."""
    return check_has_role(user, roles.COORDINATOR, on=on, employer=employer)


def may_run(user: User, employer: Employer | int, *, on: date) -> bool:
    """Whether check_may_run would let the person pass."""
    return has_role(user, roles.COORDINATOR, on=on, employer=employer)


def has_conflict(user: User, registration_id: int) -> bool:
    """Whether the human behind this account may not read the registration."""
    about = Registration.objects.filter(pk=registration_id)
    return about.filter(Conflicted(Value(user.human_id), F("pk"))).exists()


def took_part(user: User, registration_id: int) -> bool:
    """Whether the human behind this account had a hand in the year (their own, assessed or signed) or a conflict."""
    return Registration.objects.filter(pk=registration_id).filter(TookPart(Value(user.human_id), F("pk"))).exists()


def is_blind(user: User, registration_id: int) -> bool:
    """Whether the human behind this account is still to judge the year without knowing the recommendation."""
    return bool(unknown_to(user, [registration_id]))


def check_may_know(user: User, registration_id: int) -> None:
    """Nobody acts on a recommendation that they are still to judge without knowing it; raises NotAllowed."""
    if is_blind(user, registration_id):
        raise NotAllowed(
            "You were given this record to read without knowing the recommendation. Seal your judgement first, or ask "
            "the co-ordinator to withdraw your reading."
        )


def check_may_resolve(user: User, item: SampleItem, *, on: date) -> Membership:
    """A co-ordinator of the employer that runs it without a hand in the year; raises NotAllowed."""
    under = check_may_run(user, item.population.run_by, on=on)
    check_may_know(user, item.population.registration_id)
    if took_part(user, item.population.registration_id):
        raise NotAllowed(
            "You assessed this NQSW, signed part of the record or have a declared conflict. Another co-ordinator "
            "resolves it."
        )
    return under


def check_may_read(user: User, allocation: Allocation, *, on: date) -> Membership:
    """The moderator it was given to, still a moderator and without conflict; raises NotAllowed."""
    if allocation.moderator_id != user.pk:
        raise NotAllowed("This reading was given to somebody else.")
    population = allocation.item.population
    under = check_has_role(user, roles.MODERATOR, on=on, employer=population.run_by)
    if has_conflict(user, population.registration_id):
        raise NotAllowed("You have a conflict with this record, so you cannot read it.")
    return under


def check_is_reader(user: User, *, on: date) -> Membership:
    """A moderator, of any employer; raises NotAllowed."""
    return check_has_role(user, roles.MODERATOR, on=on)


def check_is_lead(user: User, *, on: date) -> Membership:
    """A senior lead, of any employer; raises NotAllowed."""
    return check_has_role(user, roles.SENIOR_LEAD, on=on)


def check_may_declare(user: User, moderator: User, employer: Employer | int, *, on: date) -> Membership:
    """Whoever would act on the record declares their own conflict, co-ordinators anybody's; raises NotAllowed."""
    if user.pk == moderator.pk:
        return check_has_role(user, *DECLARE, on=on, employer=employer)
    return check_may_run(user, employer, on=on)


def check_may_confirm(user: User, item: PopulationItem, *, on: date) -> Membership:
    """A senior lead of the employer that runs it who had no hand in the year; raises NotAllowed."""
    under = check_has_role(user, roles.SENIOR_LEAD, on=on, employer=item.run_by)
    check_may_know(user, item.registration_id)
    if took_part(user, item.registration_id):
        raise NotAllowed(
            "You assessed this NQSW, signed part of the record or have a declared conflict, so another senior lead "
            "confirms the outcome."
        )
    return under


def check_may_acknowledge(user: User, feedback: Feedback) -> None:
    """The assessor it was sent to; raises NotAllowed."""
    if not user.is_active or feedback.to_id != user.pk:
        raise NotAllowed("Only the assessor this was sent to can acknowledge it.")


def get_round_for(user: User, pk: int, *, on: date) -> Round:
    """A round of an employer this person runs moderation for (or any, for an auditor); else Http404."""
    found = Round.objects.visible_to(user, on).select_related("employer", "programme_year", "opened_by")
    return get_object_or_404(found, pk=pk)


def get_item_for(user: User, pk: int, *, on: date) -> SampleItem:
    """A sampled record of such a round; else Http404."""
    found = SampleItem.objects.visible_to(user, on).select_related(
        "population__round__employer", "population__registration__nqsw", "population__assessor",
        "population__final_revision__record__placement", "resolution__decided_by",
    )  # fmt: skip
    return get_object_or_404(found, pk=pk)


def get_allocation_for(user: User, pk: int, *, on: date) -> Allocation:
    """The person's own reading, not withdrawn and without conflict; else Http404."""
    found = Allocation.objects.visible_to(user, on).select_related(
        "reading", "item__resolution", "item__population__round__employer",
        "item__population__registration__programme_year", "item__population__final_revision__record__placement",
    )  # fmt: skip
    return get_object_or_404(found, pk=pk)


def get_run_allocation_for(user: User, pk: int, *, on: date) -> Allocation:
    """A live allocation in a round this person runs, whoever reads; else Http404, or NotAllowed for an auditor."""
    items = SampleItem.objects.visible_to(user, on)
    found = Allocation.objects.live().select_related(
        "reading", "moderator", "item__population__round__employer", "item__population__registration",
        "item__population__final_revision__record__placement",
    )  # fmt: skip
    allocation = get_object_or_404(found, pk=pk, item__in=items)
    check_may_run(user, allocation.item.population.run_by, on=on)
    return allocation


def get_confirmable_for(user: User, registration_id: int, *, on: date) -> PopulationItem:
    """The newest recommendation of a registration in a round of an employer this person leads; else Http404.

    Whether it may be confirmed yet is the rule's to say.
    """
    item = (
        PopulationItem.objects.led_by(user, on)
        .filter(registration=registration_id)
        .select_related(
            "round__employer",
            "registration__nqsw",
            "registration__programme_year",
            "assessor",
            "final_revision__record__placement",
            "sampled__resolution",
        )
        .order_by("-final_revision_id")
        .first()
    )
    if item is None:
        raise Http404
    return item


def get_declarable_for(user: User, registration_id: int, *, on: date) -> PopulationItem:
    """The newest place of a registration in a round of an employer for which this person acts; else Http404."""
    keys = [role.key for role in DECLARE]
    mine = Membership.objects.live(on).filter(user=user, role__in=keys).values("employer")
    found = PopulationItem.objects.filter(is_run_by(mine), registration=registration_id)
    item = (
        found.select_related("round__employer", "registration", "final_revision__record__placement")
        .order_by("-final_revision_id")
        .first()
    )
    if item is None or not user.is_active:
        raise Http404
    return item


def get_feedback_for(user: User, pk: int, *, on: date) -> Feedback:
    """Feedback to this person, or sent in a round they run; else Http404."""
    found = Feedback.objects.visible_to(user, on).select_related(
        "item__population__registration__nqsw", "item__resolution", "sent_by", "to"
    )
    feedback = get_object_or_404(found, pk=pk)
    if is_blind(user, feedback.item.population.registration_id):
        raise Http404
    return feedback


def may_see_rounds(user: User, *, on: date) -> bool:
    """Whether the list of rounds is a page of this person's."""
    return membership_in(user, roles.COORDINATOR, roles.AUDITOR, on=on) is not None


def pages_of(user: User, *, on: date) -> list[tuple[str, str]]:
    """(words, address name) of the pages that readers and senior leads have beside the rounds."""
    found = []
    if has_role(user, roles.MODERATOR, on=on):
        found.append(("My readings", "readings"))
    if has_role(user, roles.SENIOR_LEAD, on=on):
        found.append(("Outcomes to confirm", "outcomes_to_confirm"))
    return found


def list_employers_for(user: User, *, on: date) -> list[Employer]:
    """The employers whose moderation the person runs; none for others, who are not refused the page of an auditor.

    Raises NotAllowed for a person who is neither co-ordinator anywhere nor auditor.
    """
    mine = list(employers_of(user, on, roles.COORDINATOR))
    if not mine:
        check_has_role(user, roles.AUDITOR, on=on)
    return mine


def get_run_employer_for(user: User, pk: int, *, on: date) -> Employer:
    """An employer whose moderation the person runs; else Http404."""
    return get_object_or_404(employers_of(user, on, roles.COORDINATOR), pk=pk)


def get_programme_year(pk: int) -> ProgrammeYear:
    """A programme year: its rules are open to everybody who may open a round; else Http404."""
    return get_object_or_404(ProgrammeYear, pk=pk)
