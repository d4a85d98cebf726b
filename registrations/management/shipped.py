"""The programme years that the service ships as drafts. Each says what it rests on; administrators correct and publish.

Amounts stand here only until they are drafted: from then on they are rows, in pence.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from registrations.models import ProgrammeYear
from registrations.rules.years import CANNOT_HAPPEN, code_of
from registrations.states import Evidence, Milestone, Programme, RequirementSet, StandardSet

FIRST, LAST = 2018, 2026
STILL_RUNNING_FROM = 2022  # older registrations can no longer claim or complete (rule P5)
LAST_COMPLETION_OF_THE_OLDER = date(2026, 3, 31)
REVIEWS: Final = {"review_3": 3, "review_6": 6, "review_final": 12}
WITH_NINE_MONTHS: Final = {"review_3": 3, "review_6": 6, "review_9": 9, "review_final": 12}
EVIDENCE: Final[dict[str, int]] = {
    Evidence.DIRECT_OBSERVATION.value: 3,
    Evidence.FEEDBACK_FAMILIES.value: 3,
    Evidence.FEEDBACK_PROFESSIONALS.value: 3,
    Evidence.WRITTEN_REPORT.value: 3,
    Evidence.CRITICAL_REFLECTION.value: 2,
    Evidence.SELF_ASSESSMENT.value: 3,
    Evidence.DEVELOPMENT_PLAN.value: 4,
}
OLD_EVIDENCE: Final = {**EVIDENCE, Evidence.CRITICAL_REFLECTION.value: 3}  # the four-part set: at 3, 6 and 12 months
OLD_ISSUER, ISSUER = "Skills for Care", "Department for Education"
EACH_MILESTONE: Final = {milestone.value: 100_000 for milestone in Milestone}  # rule P1
ADULTS: Final = {Milestone.REGISTRATION.value: 80_000, Milestone.COMPLETION.value: 20_000}  # the least there is

OLD_NOTE = (
    "The four-part set of forms of 2015, with critical reflections at 3, 6 and 12 months. Outcomes after 31 March 2026 "
    "are not paid: the rules for year end claims of 2026 name registrations from 2022-23 on."
)
NOTE = (
    "The refreshed set of forms, required from 1 September 2022, with critical reflections at 6 and 12 months. "
    "Registrations of this year can still be completed and paid. Not stated by any source, so to be confirmed: the "
    "days after the start within which to register, the greatest length, the days for moderation and reporting."
)
ADULTS_NOTE = (
    "From the adults rules of 2021-22: a year from February to January, £800 at registration, and the rest by the size "
    "of the employer, to at least £1,000 and at most £2,000 for local authorities and the NHS. The amounts here make "
    "the least. The letter of 16 March 2026 has not been read: confirm everything before you publish."
)
ECDP_NOTE = (
    "What is known of the two-year programme that replaces the ASYE with children and families from September 2027. "
    "Amounts, certificates and what happens to money are not known yet, nor are the numbers of reviews and evidence: "
    "those here carry the ASYE on. Three years since qualifying and no funding of agency workers are from a draft."
)


@dataclass(frozen=True)
class Shipped:
    """One draft: its programme, the year it opens, its days, amounts in pence, and the fields of the model."""

    programme: Programme
    start: int
    window_from: date
    window_to: date
    amounts_pence: dict[str, int] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def code(self) -> str:
        """Like 2026-27."""
        return code_of(self.start)


def all_years() -> list[Shipped]:
    """Every draft, in the order in which they open."""
    return [*(_child_and_family(start) for start in range(FIRST, LAST + 1)), _adults(), _two_years()]


def _child_and_family(start: int) -> Shipped:
    older = start < STILL_RUNNING_FROM
    over = dict.fromkeys(("on_fail", "on_withdrawal", "on_move"), CANNOT_HAPPEN) if older else {}
    return Shipped(
        Programme.ASYE_CHILD_AND_FAMILY,
        start,
        date(start, 4, 1),
        date(start + 1, 3, 31),
        EACH_MILESTONE,
        {
            **over,
            "review_months": WITH_NINE_MONTHS,
            "optional_reviews": ["review_9"],
            "requirement_set": (RequirementSet.FOUR_PART_2015 if older else RequirementSet.REFRESHED_2022).value,
            "evidence": OLD_EVIDENCE if older else EVIDENCE,
            "standard_set": StandardSet.PQS_2018.value,
            "certificate_issuer": OLD_ISSUER if older else ISSUER,
            "last_completion_on": LAST_COMPLETION_OF_THE_OLDER if older else None,
            "note": OLD_NOTE if older else NOTE,
        },
    )


def _adults() -> Shipped:
    return Shipped(
        Programme.ASYE_ADULTS,
        2026,
        date(2026, 2, 1),
        date(2027, 1, 31),
        ADULTS,
        {
            "review_months": WITH_NINE_MONTHS,
            "optional_reviews": ["review_9"],
            "requirement_set": RequirementSet.ADULTS_2015.value,
            "evidence": EVIDENCE,
            "standard_set": StandardSet.KSS_ADULTS.value,
            "external_moderation": ProgrammeYear.ExternalModeration.COMPULSORY.value,
            "note": ADULTS_NOTE,
        },
    )


def _two_years() -> Shipped:
    return Shipped(
        Programme.ECDP,
        2027,
        date(2027, 9, 1),
        date(2028, 8, 31),
        facts={
            "months": 24,
            "longest_months": 48,
            "review_months": {"review_3": 3, "review_6": 6, "review_12": 12, "review_18": 18, "review_final": 24},
            "requirement_set": RequirementSet.TWO_YEAR_DRAFT.value,
            "evidence": EVIDENCE,
            "standard_set": StandardSet.EARLY_CAREER.value,
            "fundable_years": 3,
            "agency_funded": False,
            "note": ECDP_NOTE,
        },
    )
