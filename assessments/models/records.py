"""The engine: every form is a Record, what was written is an immutable Revision, what judges points at a revision."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from accounts import roles
from accounts.models import Notice, User
from accounts.queries import coordinated, holding, holds
from assessments.states import DONE, OPEN, Part, RecordState
from registrations.models import AssessorAssignment, Placement, Registration
from registrations.queries import TO_THE_END


def made_with(employers: Any) -> Q:
    """Whether something was made under a placement with one of these employers (rows, or a query of their numbers), or
    was handed to one by a merger, because the year went along. For what has a `placement`."""
    return Q(placement__employer__in=employers) | Q(placement__handed_to__in=employers)


class RecordQuerySet(models.QuerySet["Record"]):
    def visible_to(self, user: User, on: date) -> "RecordQuerySet":
        """The records this person may read on a day.

        An NQSW reads all of their own, the recommendation only once an outcome is confirmed, whatever other role or
        account they have. The assessor of now reads all, also after the year has ended; an earlier one what they opened
        or wrote. Of what was begun with another employer, before a move, the assessor of now reads what is open, and
        each assessor what they wrote or signed. A co-ordinator reads what was made under a placement with their
        employer, or handed to it by a merger. A senior lead reads an agreed recommendation until its outcome is
        confirmed. An auditor reads everything; nobody else anything. Whoever is to judge the year without knowing a
        record reads it in no role at all (BlindReader).
        """
        if not user.is_active:
            return self.none()
        open_to = self.exclude(self.model.hidden_from(user)).exclude(self.model.unreleased_to(user))
        if holds(user, on, roles.AUDITOR):
            return open_to
        confirmed = self.model.confirmed()
        leads = holding(user, on, roles.SENIOR_LEAD).values("employer")
        return open_to.filter(
            Q(registration__nqsw__user=user)
            | self._assessed_by(user, on)
            | made_with(coordinated(user, on))
            | (Q(blind=True, state__in=DONE) & made_with(leads) & ~confirmed)
        )

    def _assessed_by(self, user: User, on: date) -> Q:
        mine = AssessorAssignment.objects.filter(assessor=user, placement__registration=OuterRef("registration"))
        holds = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
        now = mine.filter(holds | TO_THE_END, starts_on__lte=on)
        wrote = Exists(Revision.objects.filter(record=OuterRef("pk"), author=user))
        signed = Exists(Signature.objects.filter(record=OuterRef("pk"), person=user))
        held = holding(user, on, roles.ASSESSOR).values("employer")
        there = made_with(held) & (Exists(now) | (Exists(mine) & (Q(opened_by=user) | wrote)))
        here = mine.filter(starts_on__lte=on, placement__employer__in=held)
        taken_over = (Exists(here.filter(holds)) & ~Q(state__in=DONE)) | (Exists(here) & (wrote | signed))
        return there | taken_over

    def done(self) -> "RecordQuerySet":
        """Records whose current revision every required role has signed."""
        return self.filter(state__in=DONE)

    def reopened(self) -> "RecordQuerySet":
        """Records that every required role had signed once, and has not signed as they stand now."""
        once = Transition.objects.filter(record=OuterRef("pk"), to_state=RecordState.AGREED)
        return self.exclude(state__in=DONE).filter(Exists(once))


class Record(models.Model):
    """One form of the year: an agreement, a review, an observation, the recommendation.

    `kind` names a schema of assessments/schemas, `review_point` a review of the programme year where the kind has
    one. `signers` are the parts that must sign, `blind` says that it is kept from readers and from the NQSW until
    an outcome is confirmed: both as the schema had them when the record was opened. `version` counts every change.
    """

    registration = models.ForeignKey(Registration, models.PROTECT, related_name="records")
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="records")
    kind = models.CharField(max_length=40)
    review_point = models.CharField(max_length=20, blank=True, default="")
    ordinal = models.PositiveSmallIntegerField(default=1)
    schema_version = models.PositiveSmallIntegerField()
    standard_set = models.CharField(max_length=40)  # of the programme year, when the record was opened
    signers = ArrayField(models.CharField(max_length=20, choices=Part))
    blind = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=RecordState, default=RecordState.DRAFT)
    current_revision = models.ForeignKey("Revision", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    opened_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["opened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["registration", "kind", "review_point", "ordinal"], name="record_once_of_its_kind"
            ),
            models.CheckConstraint(condition=Q(ordinal__gte=1), name="record_ordinal_from_one"),
            models.CheckConstraint(condition=Q(signers__len__gte=1), name="record_somebody_signs"),
            models.CheckConstraint(
                condition=Q(state=RecordState.DRAFT) | Q(current_revision__isnull=False),
                name="record_state_with_its_revision",
            ),
        ]

    @staticmethod
    def confirmed() -> Exists:
        """Whether an outcome of the record's registration has been confirmed: the release of its blind records."""
        return Exists(Registration.objects.filter(pk=OuterRef("registration"), outcomes__isnull=False))

    @staticmethod
    def hidden_from(user: User) -> Q:
        """Whether the human behind this account is still to judge the year without knowing the record."""
        readers = BlindReader.objects.filter(
            revision__record=OuterRef("pk"), reader__human=user.human_id, lifted_at__isnull=True
        )
        return Q(Exists(readers)) & ~Q(Record.confirmed())

    @staticmethod
    def unreleased_to(user: User) -> Q:
        """Whether the record is of this human being's own year and kept from them until an outcome is confirmed."""
        return Q(blind=True, registration__nqsw__user__human=user.human_id) & ~Q(Record.confirmed())

    @property
    def is_open(self) -> bool:
        """Its writers may change it."""
        return self.state in OPEN

    @property
    def is_done(self) -> bool:
        """Every required role has signed the current revision."""
        return self.state in DONE


class Revision(models.Model):
    """What a record said at one time. Never changed; erasing blanks the words and keeps their SHA-256."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["record", "number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="revision_number_once"),
            models.UniqueConstraint(fields=["id", "record"], name="revision_of_record"),
            models.CheckConstraint(condition=Q(number__gte=1), name="revision_number_from_one"),
        ]


class BlindReader(models.Model):
    """A person who judges a year without knowing one of its records, whatever else they are to it.

    The record of the revision is hidden from the human being until `lifted_at`, or until an outcome is confirmed.
    """

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="blind_readers")
    reader = models.ForeignKey(User, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["revision", "reader"], condition=Q(lifted_at__isnull=True), name="blind_reader_once"
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_at__gte=F("since")), name="blind_reader_in_order"
            ),
        ]


class Draft(models.Model):
    """What one person has typed into one record and not yet put into it: theirs alone.

    `content` holds the answers in which they differ from what the record said in `from_revision` (null before the
    first), unfinished ones as they were typed. An empty draft stays as a row, so that its `version` keeps counting.
    `changed` gives, by key, the version in which an answer last changed; `pages` the pages that saved last, newest at
    the end, each with the number of its last save, so that a save that comes twice is done once.
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="drafts")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    content = models.JSONField(default=dict)
    from_revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    saved_at = models.DateTimeField()
    changed = models.JSONField(default=dict)
    pages = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "person"], name="draft_one_a_person")]


class SetAside(models.Model):
    """A text that met another one for the same question: kept for its writer alone, whichever of the two stands."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="set_aside")
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    answer = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]


class Signature(models.Model):
    """One person agreed, in one part, to exactly one revision. It counts only while that revision is current."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="signatures")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="signatures")
    part = models.CharField(max_length=20, choices=Part)
    person = models.ForeignKey(User, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["revision", "part"], name="signature_once_a_part")]


class Transition(models.Model):
    """One move of a record's state: what happened, by whom, why. The record's state is the latest one's."""

    record = models.ForeignKey(Record, models.PROTECT, related_name="transitions")
    number = models.PositiveIntegerField()
    from_state = models.CharField(max_length=12, choices=RecordState)
    to_state = models.CharField(max_length=12, choices=RecordState)
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(blank=True, default="")
    about_field = models.CharField(max_length=60, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["record", "number"]
        constraints = [
            models.UniqueConstraint(fields=["record", "number"], name="transition_number_once"),
            models.CheckConstraint(
                condition=~Q(to_state=RecordState.RETURNED) | ~Q(reason=""), name="transition_return_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(from_state=RecordState.SUBMITTED, to_state=RecordState.RETURNED, about_field=""),
                name="transition_return_names_its_question",
            ),
        ]


class StandardLink(models.Model):
    """The record bears on a standard, and why in one sentence. Ended rather than removed.

    Where a form names standards by ticks alone, `why` is empty. `strongest` marks the one that somebody who linked
    more than three called the strongest.
    """

    record = models.ForeignKey(Record, models.PROTECT, related_name="standard_links")
    standard = models.CharField(max_length=20)
    why = models.CharField(max_length=500, blank=True, default="")
    linked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    strongest = models.BooleanField(default=False)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "standard"], condition=Q(ended_at__isnull=True), name="standard_link_once"
            ),
            models.UniqueConstraint(
                fields=["record"],
                condition=Q(ended_at__isnull=True, strongest=True),
                name="standard_link_one_strongest",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("linked_at")), name="standard_link_in_order"
            ),
        ]


class StandardJudgement(models.Model):
    """How practice stood against a standard, or against all of them together, in one revision."""

    revision = models.ForeignKey(Revision, models.PROTECT, related_name="judgements")
    standard = models.CharField(max_length=20)
    level = models.CharField(max_length=40)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["revision", "standard"], name="judgement_once")]


class RecordLetter(models.Model):
    """Which record a letter is about, so that it can be looked at again before it leaves."""

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, models.PROTECT, related_name="+")
