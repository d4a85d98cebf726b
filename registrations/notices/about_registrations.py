"""What people are told about one registration."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.notices import Message
from registrations.models import FactRequest, Registration


@dataclass(frozen=True, kw_only=True)
class AboutRegistration(Message):
    """Any message about one registration."""

    registration: Registration

    def context(self) -> dict[str, Any]:
        return {
            "registration": self.registration,
            "nqsw": self.registration.nqsw,
            "path": reverse("registration", args=[self.registration.pk]),
        }


@dataclass(frozen=True, kw_only=True)
class Registering(AboutRegistration):
    """To an NQSW who has an account already: an employer has sent in your registration."""

    kind = "registrations.registering"
    subject = "Your employer has sent in your ASYE registration"
    template = "registrations/notices/registering.txt"
    employer: str

    def context(self) -> dict[str, Any]:
        return {**super().context(), "employer": self.employer, "path": reverse("my_year")}


@dataclass(frozen=True, kw_only=True)
class NamedAssessor(AboutRegistration):
    """To an assessor: you have been named."""

    kind = "registrations.named_assessor"
    subject = "You have been named as an assessor"
    template = "registrations/notices/named_assessor.txt"
    from_: date

    def context(self) -> dict[str, Any]:
        return {**super().context(), "from_": self.from_}


@dataclass(frozen=True, kw_only=True)
class NoLongerAssessor(AboutRegistration):
    """To an assessor: somebody takes over."""

    kind = "registrations.no_longer_assessor"
    subject = "Another assessor takes over from you"
    template = "registrations/notices/no_longer_assessor.txt"
    from_: date

    def context(self) -> dict[str, Any]:
        return {**super().context(), "from_": self.from_}


@dataclass(frozen=True, kw_only=True)
class Approved(AboutRegistration):
    """To the co-ordinators and the assessor: registered, with the review dates."""

    kind = "registrations.approved"
    subject = "A registration has been approved"
    template = "registrations/notices/approved.txt"
    reviews: list[tuple[str, str, date]]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "reviews": self.reviews}


@dataclass(frozen=True, kw_only=True)
class YouAreRegistered(AboutRegistration):
    """To the NQSW: you are registered, with your review dates."""

    kind = "registrations.you_are_registered"
    subject = "Your ASYE registration has been approved"
    template = "registrations/notices/you_are_registered.txt"
    reviews: list[tuple[str, str, date]]

    def context(self) -> dict[str, Any]:
        return {**super().context(), "reviews": self.reviews, "path": reverse("my_year")}


@dataclass(frozen=True, kw_only=True)
class Asked(AboutRegistration):
    """To the co-ordinators: a caseworker has a question."""

    kind = "registrations.asked"
    subject = "A question about a registration"
    template = "registrations/notices/asked.txt"
    question: str

    def context(self) -> dict[str, Any]:
        return {**super().context(), "question": self.question}


@dataclass(frozen=True, kw_only=True)
class Answered(AboutRegistration):
    """To the caseworker who asked: there is an answer."""

    kind = "registrations.answered"
    subject = "Your question about a registration has been answered"
    template = "registrations/notices/answered.txt"


@dataclass(frozen=True, kw_only=True)
class WasRefused(AboutRegistration):
    """To the co-ordinators: refused, with the reason."""

    kind = "registrations.refused"
    subject = "A registration has been refused"
    template = "registrations/notices/refused.txt"


@dataclass(frozen=True, kw_only=True)
class NoLongerRegistered(AboutRegistration):
    """To the co-ordinators: the register no longer has somebody who is on the programme."""

    kind = "registrations.no_longer_registered"
    subject = "An NQSW is no longer registered with Social Work England"
    template = "registrations/notices/no_longer_registered.txt"


@dataclass(frozen=True, kw_only=True)
class RegisterAnswered(AboutRegistration):
    """To the caseworker who left it to the service to ask: the register has answered."""

    kind = "registrations.register_answered"
    subject = "The register has answered"
    template = "registrations/notices/register_answered.txt"


@dataclass(frozen=True, kw_only=True)
class VerdictChanged(AboutRegistration):
    """To the co-ordinators: the facts changed, and with them whether the year can be funded."""

    kind = "registrations.verdict_changed"
    subject = "What the rules say about a registration has changed"
    template = "registrations/notices/verdict_changed.txt"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "verdict": self.registration.get_verdict_display().lower()}


@dataclass(frozen=True, kw_only=True)
class FactAsked(AboutRegistration):
    """To the co-ordinators: the NQSW says that something is wrong."""

    kind = "registrations.fact_asked"
    subject = "An NQSW asks you to correct something"
    template = "registrations/notices/fact_asked.txt"
    request: FactRequest

    def context(self) -> dict[str, Any]:
        return {**super().context(), "path": reverse("fact_request", args=[self.request.pk])}


@dataclass(frozen=True, kw_only=True)
class FactAnswered(AboutRegistration):
    """To the NQSW: what became of their request."""

    kind = "registrations.fact_answered"
    subject = "Your request for a correction has been answered"
    template = "registrations/notices/fact_answered.txt"
    request: FactRequest

    def context(self) -> dict[str, Any]:
        return {**super().context(), "request": self.request, "path": reverse("my_details")}


@dataclass(frozen=True, kw_only=True)
class AdjustmentsShared(AboutRegistration):
    """To somebody an NQSW has named: you may read something, not what."""

    kind = "registrations.adjustments_shared"
    subject = "An NQSW has shared something with you"
    template = "registrations/notices/adjustments_shared.txt"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "path": reverse("registration_adjustments", args=[self.registration.pk])}


@dataclass(frozen=True, kw_only=True)
class ProveAddress(Message):
    """To a personal address: open the link to show that it is yours."""

    kind = "registrations.prove_address"
    subject = "Confirm your personal email address"
    template = "registrations/notices/prove_address.txt"
    url: str
    expires_on: date

    def context(self) -> dict[str, Any]:
        return {"expires_on": self.expires_on}

    def secret_link(self) -> str:
        return self.url


@dataclass(frozen=True, kw_only=True)
class Changed(AboutRegistration):
    """To the NQSW and the assessor: something about the year has changed, in one sentence."""

    kind = "registrations.changed"
    subject = "A change to an ASYE"
    template = "registrations/notices/changed.txt"
    what: str

    def context(self) -> dict[str, Any]:
        return {**super().context(), "what": self.what}
