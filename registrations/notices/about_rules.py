"""What administrators are told of programme years, and employers of rules that are lifted for somebody."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from accounts.notices import Message
from registrations.models import AllowedAgain, AllowedLate, ProgrammeYear


@dataclass(frozen=True, kw_only=True)
class AboutYear(Message):
    """To the other administrators: any message about a version of a programme year."""

    year: ProgrammeYear
    by: User

    def context(self) -> dict[str, Any]:
        return {"year": self.year, "by": self.by, "path": reverse("programme_year", args=[self.year.pk])}


@dataclass(frozen=True, kw_only=True)
class YearReady(AboutYear):
    """A draft has everything it needs: somebody else may publish it."""

    kind = "registrations.year_ready"
    subject = "A programme year is ready to be published"
    template = "registrations/notices/year_ready.txt"


@dataclass(frozen=True, kw_only=True)
class YearPublished(AboutYear):
    """A version is in force, instead of another if there was one."""

    kind = "registrations.year_published"
    subject = "A programme year has been published"
    template = "registrations/notices/year_published.txt"
    supersedes: ProgrammeYear | None

    def context(self) -> dict[str, Any]:
        return {**super().context(), "supersedes": self.supersedes}


@dataclass(frozen=True, kw_only=True)
class YearDiscarded(AboutYear):
    """A draft was given up."""

    kind = "registrations.year_discarded"
    subject = "A draft of a programme year has been discarded"
    template = "registrations/notices/year_discarded.txt"
    because: str

    def context(self) -> dict[str, Any]:
        return {**super().context(), "because": self.because}


@dataclass(frozen=True, kw_only=True)
class LateAllowed(Message):
    """To the co-ordinators: you may register this person though it is late."""

    kind = "registrations.late_allowed"
    subject = "A late registration has been allowed"
    template = "registrations/notices/late_allowed.txt"
    allowed: AllowedLate

    def context(self) -> dict[str, Any]:
        return {"allowed": self.allowed, "path": reverse("registration_start")}


@dataclass(frozen=True, kw_only=True)
class AgainAllowed(Message):
    """To the co-ordinators: you may register this person once more although they have failed."""

    kind = "registrations.again_allowed"
    subject = "A second attempt has been allowed"
    template = "registrations/notices/again_allowed.txt"
    allowed: AllowedAgain

    def context(self) -> dict[str, Any]:
        return {"allowed": self.allowed, "path": reverse("registration_start")}


@dataclass(frozen=True, kw_only=True)
class OwnAgainAllowed(AgainAllowed):
    """To the NQSW: an employer may register you once more."""

    kind = "registrations.own_again_allowed"
    template = "registrations/notices/own_again_allowed.txt"

    def context(self) -> dict[str, Any]:
        return {"allowed": self.allowed, "path": reverse("my_year")}
