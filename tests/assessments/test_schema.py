"""Forms are data: every file is sound, and a wrong one is named."""

from typing import Any

import pytest

from assessments import schema, standards
from assessments.states import Part


def form(**changed: Any) -> dict[str, Any]:
    """A form of one question."""
    question = {"key": "seen", "label": "What did you see?", "type": "long_text", "writer": "assessor"}
    question |= {key: changed.pop(key) for key in list(changed) if key in {"key", "type", "writer", "choices"}}
    return {
        "kind": "visit",
        "version": 1,
        "title": "Visit",
        "purpose": "One visit.",
        "signers": ["assessor"],
        "opened_by": ["assessor"],
        "sections": [{"heading": "What was seen", "fields": [question]}],
        **changed,
    }


def test_every_form_is_sound() -> None:
    assert set(schema.kinds()) >= {"agreement", "review", "direct_observation", "recommendation"}
    for one in schema.all_versions().values():
        assert one.signers, one.kind
        assert one.missing({}), one.kind
        for part in one.signers:
            assert one.written_by(part), (one.kind, part)
        for field in one.fields:
            assert field.heading, (one.kind, field.key)
            assert field.type not in ("text", "long_text") or field.max_length, (one.kind, field.key)


def test_the_recommendation_has_its_four_parts_and_one_writer() -> None:
    recommendation = schema.newest("recommendation")
    keys = [field.key for field in recommendation.fields if field.required]
    assert keys == ["recommendation", "accurate", "valid", "robust", "sufficient"]
    assert recommendation.blind
    assert recommendation.written_by(Part.NQSW) == []


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"key": "Seen!"}, "is not a key"),
        ({"type": "essay"}, "unknown type"),
        ({"writer": "manager"}, "unknown writer"),
        ({"type": "choice"}, "nothing to choose from"),
        ({"sections": form()["sections"] * 2}, "asks a question twice"),
    ],
)
def test_a_wrong_form_is_named(changed: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"visit.1.json.*{sentence}"):
        schema.parse("visit.1.json", form(**changed))


def test_answers_are_shown_in_words() -> None:
    fields = {field.key: field for field in schema.newest("direct_observation").fields}
    assert fields["observed_on"].shown("2026-09-03") == "3 September 2026"
    assert fields["consent"].shown(False) == "No"
    assert fields["observer"].shown("social_worker") == "Another registered social worker"
    assert fields["standards"].shown(["pqs-7"]) == "PQS 7: Analysis, decisions, planning and review"
    assert fields["seen"].shown(None) == ""


def test_the_standards() -> None:
    assert {code: len(one.standards) for code, one in standards.all_sets().items()} == {
        "early-career-2027": 6,
        "kss-adults-2015": 9,
        "pcf-2018": 9,
        "pqs-2018": 10,
    }
    assert [one.family for one in standards.to_cover("pqs-2018")] == ["pqs", "pcf"]
    assert standards.of_year("nothing") == standards.to_cover("nothing") == ()
    assert standards.name_of("pcf-9") == "PCF 9: Professional leadership"
