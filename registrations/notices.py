"""What people are told about registrations. Subjects name nobody: they can be read over a shoulder."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from accounts.notices import Message
from registrations.models import Registration


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
class Changed(AboutRegistration):
    """To the NQSW and the assessor: something about the year has changed, in one sentence."""

    kind = "registrations.changed"
    subject = "A change to an ASYE"
    template = "registrations/notices/changed.txt"
    what: str

    def context(self) -> dict[str, Any]:
        return {**super().context(), "what": self.what}
