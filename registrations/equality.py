"""The equality questions (harmonised government wording) and their answers: data, and one check."""

from collections.abc import Mapping
from typing import Final

from asye.refusals import Refused

NOT_SAID: Final = "prefer_not_to_say"
NOT_SAID_WORDS: Final = "Prefer not to say"
_YES_NO: Final = {"yes": "Yes", "no": "No", NOT_SAID: NOT_SAID_WORDS}

ETHNIC_DETAILS: Final[dict[str, dict[str, str]]] = {
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

QUESTIONS: Final[dict[str, dict[str, str]]] = {
    "sex": {"female": "Female", "male": "Male", NOT_SAID: NOT_SAID_WORDS},
    "gender_same": _YES_NO,
    "ethnic_group": {
        "white": "White",
        "mixed": "Mixed or multiple ethnic groups",
        "asian": "Asian or Asian British",
        "black": "Black, African, Caribbean or Black British",
        "other": "Other ethnic group",
        NOT_SAID: NOT_SAID_WORDS,
    },
    "disability": _YES_NO,
    "orientation": {
        "heterosexual": "Heterosexual or straight",
        "gay_lesbian": "Gay or lesbian",
        "bisexual": "Bisexual",
        "other": "Other",
        NOT_SAID: NOT_SAID_WORDS,
    },
    "religion": {
        "none": "No religion",
        "christian": "Christian (all denominations)",
        "buddhist": "Buddhist",
        "hindu": "Hindu",
        "jewish": "Jewish",
        "muslim": "Muslim",
        "sikh": "Sikh",
        "other": "Any other religion",
        NOT_SAID: NOT_SAID_WORDS,
    },
}
FIELDS: Final = (*QUESTIONS, "ethnic_detail")


def check_answers(answers: Mapping[str, str]) -> None:
    """Raises Refused (with the field) for an answer that is not one of the question's, or a detail of another group."""
    for key, options in QUESTIONS.items():
        given = answers.get(key, "")
        if given and given not in options:
            raise Refused("Select one of the answers", field=key)
    detail = answers.get("ethnic_detail", "")
    allowed = {**ETHNIC_DETAILS.get(answers.get("ethnic_group", ""), {}), NOT_SAID: NOT_SAID_WORDS}
    if detail and (detail not in allowed or answers.get("ethnic_group", "") not in ETHNIC_DETAILS):
        raise Refused("Select one of the answers that belong to the ethnic group", field="ethnic_detail")
