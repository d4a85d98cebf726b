"""How each form of the service is built, so that every field of it can be filled in wrongly."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django import forms as django_forms
from django.apps import apps
from django.forms import BaseForm

from accounts import employer_forms as employers
from accounts import forms as accounts
from accounts.models import User
from assessments import forms as assessments
from assessments.forms import concerns
from assessments.models import StandardLink
from assessments.schema import all_versions
from assessments.schema import of as form_of
from assessments.standards import to_cover
from assessments.states import AppealResult, Part, Result
from assessments.states.concerns import ConcernResult
from asye.ui import forms
from moderation import forms as moderation
from payments import forms as payments
from registrations.forms import (
    acts,
    approving,
    bulk,
    earlier,
    lateness,
    lists,
    mergers,
    moves,
    notes,
    own,
    register,
    same,
    second_attempts,
    steps,
    verdict,
    year_form,
    year_outcomes,
)
from registrations.models import ProgrammeYear
from registrations.states import Contract, DeferralReason, Route
from reporting import forms as reporting
from tests.bad_input.typed import good_answer
from tests.cast import TODAY

Build = Callable[[Any, Any], BaseForm]
OURS = ("asye", "accounts", "registrations", "assessments", "moderation", "payments", "reporting")


@dataclass(frozen=True)
class Built:
    """A form, how to build it from what was posted, and answers beyond those that fit any field of their kind."""

    name: str
    build: Build
    answers: Mapping[str, Any] = field(default_factory=dict)

    def good(self) -> dict[str, Any]:
        """Answers that the form takes."""
        made: dict[str, Any] = {}
        for name, asked in self.build(None, None).fields.items():
            made |= good_answer(name, asked)
        return made | self.answers

    def asked(self) -> dict[str, django_forms.Field]:
        """The fields that a person sees and fills in, under the choices that `answers` make."""
        form = self.build(None, None)
        beneath: dict[str, bool] = {}
        for name, one in form.fields.items():
            for value, children in getattr(one, "reveals", {}).items():
                for child in children:
                    beneath[child] = beneath.get(child, False) or self.good().get(name) == value
        return {name: one for name, one in form.fields.items() if beneath.get(name, True)}


NOBODY = User(email="noor@northshire.example", first_name="Noor", last_name="Aziz")
NOBODY.check_password = lambda raw_password: True  # type: ignore[method-assign]
PLACES = [("1", "Northshire"), ("2", "Southmouth")]
PEOPLE = [("7", "Ben Okafor"), ("8", "Sally Thornton")]
ABSTRACT = {accounts.NewPassword, accounts.Person, steps.StepForm, moderation.Versioned, moderation.StepForm}
ABSTRACT |= {year_form.YearForm, year_outcomes.OneChoice}
PLAIN: list[type[BaseForm]] = [
    employers.Asker, employers.Coordinator, employers.EmployerFilter, employers.EndOn, employers.Found,
    employers.Kind, employers.Place, employers.Replace, employers.SeenTerms, employers.Terms,
    same.Different, mergers.CallOff, mergers.Closing, mergers.SeenPlacements,
    accounts.Because, accounts.FindPeople, accounts.InviteToDfE, accounts.InviteToEmployer, accounts.OwnName,
    acts.Answer, acts.Extending, acts.Question, acts.Refusal, acts.Returning, acts.Seen, acts.Undoing,
    acts.Withdrawal, moves.AgreeingToLeave, moves.CallingOff, moves.Settling,
    concerns.NoteForm, concerns.RaiseForm, concerns.ReviewForm,
    assessments.AppealForm, assessments.LoadFilter, assessments.LockForm, assessments.Nothing, assessments.ReminderForm,
    assessments.ReopenForm, assessments.SignForm, assessments.SufficiencyForm,
    approving.AsShown, bulk.Confirm, notes.NoteText,
    moderation.AnswerForm, moderation.BecauseForm, moderation.FeedbackForm, moderation.JudgementForm,
    own.CertificateName, own.Contact, payments.AskBack, payments.ConfirmEarlier, payments.Find, payments.Invoice,
    payments.Looked, payments.Nothing, payments.Reason, payments.Received, payments.Response, payments.Seen,
    payments.SeenContent, payments.SeenFile, payments.SeenRemaining, payments.YearSettings, register.SamePerson,
    verdict.Settle, year_outcomes.Because, year_outcomes.Correction,
]  # fmt: skip
CERTIFICATE_NUMBER = "4F7K92MX8Q1TZV3D"


def _by_hand() -> Iterator[tuple[type[BaseForm], Built]]:
    """The forms that need more than what was posted, or an answer of a kind of its own."""

    def of(kind: type[BaseForm], build: Callable[..., BaseForm] | None = None, /, **answers: Any) -> Any:
        made = build or kind
        return kind, Built(f"{kind.__module__}.{kind.__name__}", made, answers)

    for kind in PLAIN:
        yield of(kind)
    yield of(reporting.ReadsFilter)
    yield of(reporting.TaskFilter)
    yield of(accounts.SignIn)
    yield of(accounts.AskForReset)
    yield of(accounts.ChooseAfterReset, lambda data, files: accounts.ChooseAfterReset(data, user=NOBODY, temp_key="x"))
    yield of(accounts.ChangePassword, lambda data, files: accounts.ChangePassword(data=data, user=NOBODY))
    yield of(accounts.Accept, partial(accounts.Accept, user=NOBODY))
    yield of(accounts.GiveRole, _with_choices(accounts.GiveRole, "employer"))
    yield of(employers.Code, code="202")
    for kind in (employers.Phone, employers.OwnDetails):
        yield of(kind, phone="01632 960 001")
    details = _with_choices(employers.Details, "local_authority")
    yield of(employers.Details, details, kind="local_authority", phone="01632 960 001")
    yield of(same.Same, partial(same.Same, records=[("1", "The older record"), ("2", "The newer record")]))
    yield of(mergers.Merging, partial(mergers.Merging, employers=[("1", "Northshire")]))
    yield of(
        lists.Filter, partial(lists.Filter, years=[("asye_cf:2026-27", "2026-27")], employers=[("1", "Northshire")])
    )
    yield of(accounts.NewKey, partial(accounts.NewKey, holders=PEOPLE, on=TODAY))
    yield of(bulk.SendFile, partial(bulk.SendFile, employers=PLACES))
    yield of(lateness.Late, partial(lateness.Late, employers=PLACES), swe_number="SW12345")
    yield of(second_attempts.Again, partial(second_attempts.Again, employers=PLACES), swe_number="SW12345")
    yield of(approving.Ticked, partial(approving.Ticked, rows=[7, 8]))
    yield of(acts.Deferring, reason=DeferralReason.OTHER.value)
    yield of(acts.NewAssessor, partial(acts.NewAssessor, assessors=PEOPLE))
    yield of(acts.Covering, partial(acts.Covering, assessors=PEOPLE))
    yield of(moves.Leaving, partial(moves.Leaving, employers=PLACES))
    yield of(moves.Arriving, partial(moves.Arriving, assessors=PEOPLE))
    yield of(moves.TakingOver, partial(moves.TakingOver, assessors=PEOPLE, employers=PLACES), swe_number="SW12345")
    yield of(acts.ChooseEmployer, partial(acts.ChooseEmployer, employers=[("1", "Northshire")]))
    for group in ("white", "mixed", "asian", "black", "other"):
        yield of(own.Equality, ethnic_group=group, gender_same="no", orientation="other", religion="other")
    yield of(own.AnswerRequest, answer="refuse")
    yield of(own.Adjusting, partial(own.Adjusting, people=PEOPLE), wish="yes")
    for step in steps.STEPS:
        extra = {
            "swe_number": "SW12345",
            "post": "evidences",
            "route": Route.OTHER.value,
            "contract": Contract.PERMANENT.value,
        }
        answers = {key: value for key, value in extra.items() if key in step.form.base_fields}
        build = partial(_step, step.form)
        yield step.form, Built(f"registration step {step.key}", build, answers)
    yield of(earlier.SendEarlier, partial(earlier.SendEarlier, kinds=[("people", "People")]))
    rows = {"swe_number": "SW12345", "phone": "01632 960 001", "local_authority": "202"}
    for row in (earlier.EmployerRow, earlier.PersonRow, assessments.OutcomeRow, payments.PaymentRow):
        known = {key: value for key, value in rows.items() if key in row.base_fields}
        yield of(row, partial(_step, row), **known)
    year = ProgrammeYear(window_from=TODAY, window_to=TODAY)
    own_words = {"reference_prefix": "CF", "review_points": "3, 6, 9", "optional_points": "9"}
    for page in year_outcomes.FORMS.values():
        answers = {key: typed for key, typed in own_words.items() if key in page.base_fields}
        yield of(page, partial(page, year=year, on=TODAY), **answers)
    yield of(year_outcomes.Against, partial(year_outcomes.Against, choices=[("1", "2026-27, version 1")]))
    yield of(concerns.PlanForm, partial(concerns.PlanForm, PEOPLE))
    yield of(concerns.CloseForm, partial(concerns.CloseForm, list(ConcernResult)))
    linked = [StandardLink(standard=code, why="It shows it.") for code in ("pqs-1", "pqs-2", "pqs-3")]
    for links in ([], linked):
        yield of(assessments.LinkForm, partial(assessments.LinkForm, to_cover("pqs-2018"), links))
    versions = [("1", "Version 1"), ("2", "Version 2")]
    yield of(assessments.CompareForm, partial(assessments.CompareForm, versions))
    questions = [("strengths", "Strengths")]
    yield of(assessments.ReturnForm, partial(assessments.ReturnForm, questions))
    yield of(assessments.AppealCloseForm, partial(assessments.AppealCloseForm, Result.PASS, list(AppealResult)))
    yield of(assessments.VerifyForm, code=CERTIFICATE_NUMBER)
    yield of(moderation.ReaderForm, partial(moderation.ReaderForm, readers=[User(pk=7, first_name="Dev")]))
    yield of(moderation.ConfirmForm, result="fail")
    yield of(moderation.ResolutionForm, how="panel")
    proposal = partial(payments.Proposal, employers=[])
    yield of(payments.OffsetBatch, partial(payments.OffsetBatch, batches=[("1", "B00001")]))
    yield of(payments.CallBack, partial(payments.CallBack, contacts=[("number", "The organisation, 01632 960 001")]))
    yield of(payments.Proposal, _with_choices(proposal, "employer"), vendor_number="AB12345")


def _step(kind: type[steps.StepForm], data: Any, files: Any) -> BaseForm:
    return kind(data, assessors=PEOPLE)


def _with_choices(kind: Callable[..., BaseForm], field: str) -> Build:
    """The form with something to choose where the database would say what."""

    def build(data: Any, files: Any) -> BaseForm:
        form = kind(data, files)
        form.fields[field].choices = [("", "Select one"), ("1", "Northshire")]  # type: ignore[attr-defined]
        return form

    return build


def _records() -> Iterator[tuple[type[BaseForm], Built]]:
    for kind, version in all_versions():
        schema = form_of(kind, version, "pqs-2018")
        for part in Part:
            if not schema.written_by(part):
                continue
            build = partial(assessments.RecordForm, schema, part, finishing=True, both_done=True)
            yield (
                assessments.RecordForm,
                Built(f"{kind} {version} by {part}", lambda data, files, build=build: build(data, files)),
            )


def every_form() -> list[tuple[type[BaseForm], Built]]:
    """Each form that there is, with how to build it; several times where its questions differ."""
    return [*_by_hand(), *_records()]


def discovered() -> set[type[BaseForm]]:
    """Every form class in the project's own modules, found by importing all of them."""
    for app in OURS:
        package = importlib.import_module(app)
        for found in pkgutil.walk_packages(package.__path__, f"{app}."):
            if found.name.rpartition(".")[2] in ("forms", "views", "urls") or ".forms." in found.name:
                importlib.import_module(found.name)
    assert apps.ready
    return {kind for kind in _below(django_forms.BaseForm) if kind.__module__.partition(".")[0] in OURS}


def _below(kind: type) -> Iterator[type]:
    for one in kind.__subclasses__():
        yield one
        yield from _below(one)


OUR_BASE = forms.Form
