"""manage.py check refuses a form, a set of requirements or a set of standards that is broken, by the file's name."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.checks import Error, register

from assessments import requirements, standards
from assessments import schema as schemas
from assessments.requirements import RequirementSet, Wanted
from assessments.schema import FINAL_REVIEW, RECOMMENDATION, START, Field, Schema
from assessments.states import Part
from registrations.states import Evidence, StandardSet
from registrations.states import RequirementSet as Named


@register()
def check_forms_and_sets(**options: Any) -> list[Error]:
    """One error for each thing that is wrong; what cannot be read at all is told first, alone."""
    unread = dict.fromkeys(
        sentence
        for read in (standards.all_sets, schemas.all_versions, requirements.all_sets)
        for sentence in _unread(read)
    )
    if unread:
        return [Error(sentence, id="assessments.E001") for sentence in unread]
    found = [*_standards(), *_forms(), *_requirements()]
    return [Error(sentence, id="assessments.E002") for sentence in found]


def _unread(read: Callable[[], object]) -> Iterator[str]:
    try:
        read()
    except ValueError as wrong:
        yield str(wrong)


def _standards() -> Iterator[str]:
    sets = standards.all_sets()
    for code in StandardSet.values:
        if code not in sets:
            yield f"{code}.json is missing: a programme year may name that set of standards."
    for one in sets.values():
        for other in set(one.beside) - sets.keys():
            yield f"{one.code}.json is read beside {other}, of which there is no file."


def _forms() -> Iterator[str]:
    for kind, version in schemas.all_versions():
        name = f"{kind}.{version}.json"
        for standard_set in StandardSet.values:
            try:
                form = schemas.of(kind, version, standard_set)
            except ValueError as wrong:
                yield f"{wrong} (asked about {standard_set})"
                continue
            yield from (f"{name}: {sentence}" for one in form.fields for sentence in _starts(form, one))
        for part in form.signers:
            if not form.written_by(part):
                yield f"{name} asks {Part(part).label} to sign and asks them nothing."


def _starts(form: Schema, one: Field) -> Iterator[str]:
    """A question may begin only with words that its readers may see."""
    for source in one.sources:
        if source.made:
            continue
        if source.kind not in schemas.kinds():
            yield f"{one.key} begins with words of {source.kind}, of which there is no form."
            continue
        other = schemas.newest(source.kind)
        asked = other.field(source.field)
        if asked is None:
            yield f"{one.key} begins with {source.field} of {source.kind}, which does not ask it."
        elif (asked.private and not one.private) or (other.blind and not form.blind):
            yield f"{one.key} would show what {source.kind} keeps from its readers."


def _requirements() -> Iterator[str]:
    sets = requirements.all_sets()
    for code in Named.values:
        if code not in sets:
            yield f"{code}.json is missing: a programme year may name that set of requirements."
    for one in sets.values():
        yield from (f"{one.code}.json: {sentence}" for each in one.kinds for sentence in _wanted(each))
        yield from (f"{one.code}.json: {sentence}" for sentence in _whole(one))


def _whole(one: RequirementSet) -> Iterator[str]:
    if one.of(RECOMMENDATION) is None:
        yield "a year ends with a recommendation."
    for kind in Evidence.values:
        if one.of(kind) is None:
            yield f"a programme year may ask for {kind}, which the set does not have."


def _wanted(one: Wanted) -> Iterator[str]:
    if one.kind not in schemas.kinds():
        yield f"there is no form of {one.kind}."
        return
    form = schemas.newest(one.kind)
    if bool(one.points) != form.review_points:
        yield f"{one.kind} has points and its form has none, or the other way round."
    for point in one.points if one.points != requirements.EVERY_REVIEW else ():
        if point != START and not point.startswith("review_"):
            yield f"{one.kind} names the unknown point {point}."
    if one.part not in ("", START, FINAL_REVIEW):  # the parts that every year has
        yield f"{one.kind} is listed under the unknown part {one.part}."
    if not one.points and not one.part and not form.repeats:
        yield f"{one.kind} has neither points nor a part of the year, and does not repeat."
    for by in (*((one.not_counted,) if one.not_counted else ()), *one.of_which):
        asked = form.field(by.field)
        if asked is None:
            yield f"{one.kind} is counted by {by.field}, which its form does not ask."
        elif asked.choices and not set(by.answers) <= dict(asked.choices).keys():
            yield f"{one.kind} is counted by an answer to {by.field} that its form does not offer."
