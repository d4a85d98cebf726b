"""The equality questions and their answers, one structure for lists, forms, labels and checks.

Adding a question, or an answer, is adding it here: forms are built from QUESTIONS, answers are kept under the keys,
the NQSW's own page and file name them by the labels. LIST_VERSION is kept with the answers; it changes whenever an
option does, so that answers chosen from an older list are not counted as if the newer one had been shown.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from asye.refusals import Refused

LIST_VERSION: Final = "2021-census"  # the harmonised list for England with Roma, as in the Census of 2021
NOT_SAID: Final = "prefer_not_to_say"
NOT_SAID_WORDS: Final = "Prefer not to say"
LONGEST_WORDS: Final = 100


@dataclass(frozen=True)
class Question:
    """One question. Without `options` it is answered in the person's own words; `beneath` are the questions that are
    asked only under one answer, and whose answers go when that one does. NOT_SAID is an answer to every question
    that has options."""

    key: str
    noun: str
    label: str
    offered: Mapping[str, str] = field(default_factory=dict)
    hint: str = ""
    beneath: Mapping[str, tuple["Question", ...]] = field(default_factory=dict)

    @property
    def options(self) -> dict[str, str]:
        """Every answer and its words, "Prefer not to say" last."""
        return {**self.offered, NOT_SAID: NOT_SAID_WORDS} if self.offered else {}


def _background(group: str, name: str, options: Mapping[str, str]) -> tuple[Question, ...]:
    """Which background within a group, and what the person calls it."""
    return (
        Question(
            f"ethnic_detail_{group}",
            "your background",
            f"Which best describes your background? ({name})",
            options,
        ),
        Question(
            f"ethnic_words_{group}",
            "how you describe your background",
            f"How would you describe your background? ({name})",
        ),
    )


_YES_NO: Final = {"yes": "Yes", "no": "No"}
_GROUPS: Final = {
    "white": "White",
    "mixed": "Mixed or multiple ethnic groups",
    "asian": "Asian or Asian British",
    "black": "Black, African, Caribbean or Black British",
    "other": "Other ethnic group",
}
_BACKGROUNDS: Final[dict[str, dict[str, str]]] = {
    "white": {
        "british": "English, Welsh, Scottish, Northern Irish or British",
        "irish": "Irish",
        "gypsy_traveller": "Gypsy or Irish Traveller",
        "roma": "Roma",
        "white_other": "Any other White background",
    },
    "mixed": {
        "white_black_caribbean": "White and Black Caribbean",
        "white_black_african": "White and Black African",
        "white_asian": "White and Asian",
        "mixed_other": "Any other mixed or multiple ethnic background",
    },
    "asian": {
        "indian": "Indian",
        "pakistani": "Pakistani",
        "bangladeshi": "Bangladeshi",
        "chinese": "Chinese",
        "asian_other": "Any other Asian background",
    },
    "black": {
        "african": "African",
        "caribbean": "Caribbean",
        "black_other": "Any other Black, African or Caribbean background",
    },
    "other": {"arab": "Arab", "other_other": "Any other ethnic group"},
}

ALL: Final = (
    Question("sex", "your sex", "What is your sex?", {"female": "Female", "male": "Male"}),
    Question(
        "gender_same",
        "whether your gender is the same",
        "Is the gender you identify with the same as your sex registered at birth?",
        _YES_NO,
        beneath={"no": (Question("gender_words", "your gender identity", "What is your gender identity?"),)},
    ),
    Question(
        "ethnic_group",
        "your ethnic group",
        "What is your ethnic group?",
        _GROUPS,
        beneath={group: _background(group, _GROUPS[group], options) for group, options in _BACKGROUNDS.items()},
    ),
    Question(
        "disability",
        "whether you are disabled",
        "Do you consider yourself to have a disability as defined by the Equality Act 2010?",
        _YES_NO,
        "A physical or mental impairment that has a substantial and long-term effect on what you can do day to day.",
    ),
    Question(
        "orientation",
        "your sexual orientation",
        "What is your sexual orientation?",
        {
            "heterosexual": "Heterosexual or straight",
            "gay_lesbian": "Gay or lesbian",
            "bisexual": "Bisexual",
            "other": "Other",
        },
        beneath={
            "other": (
                Question(
                    "orientation_words", "how you describe your orientation", "How do you describe your orientation?"
                ),
            )
        },
    ),
    Question(
        "religion",
        "your religion",
        "What is your religion?",
        {
            "none": "No religion",
            "christian": "Christian (all denominations)",
            "buddhist": "Buddhist",
            "hindu": "Hindu",
            "jewish": "Jewish",
            "muslim": "Muslim",
            "sikh": "Sikh",
            "other": "Any other religion",
        },
        beneath={"other": (Question("religion_words", "your religion", "Which religion?"),)},
    ),
)
QUESTIONS: Final[Mapping[str, Mapping[str, str]]] = {question.key: question.options for question in ALL}


def asked(answers: Mapping[str, str]) -> Iterable[Question]:
    """The questions that are asked of somebody with these answers: all of them, and what stands beneath an answer."""
    for question in ALL:
        yield question
        yield from question.beneath.get(answers.get(question.key, ""), ())


def counting(answers: Mapping[str, str]) -> dict[str, str]:
    """The answers to questions that are asked, without what belonged to an answer that was changed since.

    Raises Refused (with the field) for an answer that is not one of its question's, or for words that are too long.
    """
    kept: dict[str, str] = {}
    for question in asked(answers):
        given = answers.get(question.key, "").strip()
        if not given:
            continue
        if question.options and given not in question.options:
            raise Refused("Select one of the answers", field=question.key)
        if len(given) > LONGEST_WORDS:
            raise Refused(f"Your answer must be {LONGEST_WORDS} characters or fewer", field=question.key)
        kept[question.key] = given
    return kept


def words(answers: Mapping[str, str]) -> list[tuple[str, str]]:
    """Each question that was answered with the answer in words, for the person themself."""
    return [
        (question.label, question.options.get(answers[question.key], answers[question.key]))
        for question in asked(answers)
        if answers.get(question.key)
    ]
