"""What people in the demo write. Invented, and free of anything that could identify a child or a family."""

import random
from datetime import date
from typing import Any, Final

from assessments.schema import EITHER, Schema
from assessments.states import Part

LONG: Final = {
    "supervision": (
        (
            "Weekly for the first six weeks, then every fortnight until month six, then monthly. Ninety minutes without "
            "interruption, in the room where we can talk freely."
        ),
        "Weekly to week six and fortnightly after that. If a meeting has to move, it moves within the same week.",
    ),
    "observations": (
        (
            "One home visit before month three, one child in need meeting before month six and one direct piece of work "
            "with a young person before the final review."
        ),
        "Three across the year, each in a different setting. At least two by the assessor.",
    ),
    "experience": (
        (
            "My last placement was in a duty and assessment team. I have written chronologies and supported two "
            "assessments from start to end."
        ),
        "I worked in a family support service before I trained, and my second placement was with care leavers.",
    ),
    "needs": (
        "I want to become surer in writing for court, and in challenging respectfully when agencies disagree.",
        "More practice in chairing meetings, and in noticing drift in long-running plans.",
    ),
    "if_things_go_wrong": (
        "We talk first, within the week. If that is not enough we ask the co-ordinator to join us.",
        "Either of us can ask for a three-way meeting. We write down what we agreed and by when.",
    ),
    "reflection": (
        (
            "I learned how much changes when I plan the first five minutes of a visit. Slowing down let the young person "
            "set the order of what we talked about, and I heard things I would have missed."
        ),
        (
            "I noticed that I reach for solutions early. In supervision we looked at what I had assumed, and I went back "
            "with better questions."
        ),
        (
            "Working with the school showed me that we were using the same words for different things. Writing them down "
            "together helped us agree what good would look like."
        ),
    ),
    "strengths": (
        (
            "Builds trust quickly and honestly. The last two assessments show clear analysis with the child's voice "
            "throughout, and managers in other agencies have said how well prepared they come to meetings."
        ),
        (
            "Careful, curious and reliable. Recording is up to date, hypotheses are tested rather than confirmed, and "
            "feedback from families speaks of being listened to."
        ),
    ),
    "development": (
        (
            "Writing for an external decision: shorter, with the recommendation first. Next step is a statement written "
            "alongside a colleague."
        ),
        "Taking the lead in multi-agency meetings. To chair one core group with support before the next review.",
    ),
    "next_steps": (
        "Chair a core group with support; bring one case to group supervision; finish the court skills day.",
        "Shadow a family group conference and write a short analysis of it for the next supervision.",
    ),
    "seen": (
        (
            "A planned visit with a clear purpose. Explained the reason for it in plain words, checked understanding, and "
            "made room for silence. Risk was named without blame."
        ),
        "Chaired the first half of the meeting. Kept the plan in view, brought quieter people in and summed up well.",
    ),
    "develop": (
        "Could have said sooner what would happen next. Try writing the three next steps at the end with the family.",
        "Check the time: the last ten minutes were rushed. Agree the order of the agenda beforehand.",
    ),
    "accurate": (
        (
            "Each of the ten statements has been met with evidence from more than one source, read against the level "
            "expected at the end of the first year."
        ),
    ),
    "valid": (
        (
            "The evidence covers assessment, planning and direct work, with children of different ages, across the year. "
            "It shows steady progress from the three-month review on."
        ),
    ),
    "robust": (
        (
            "Discussed in supervision, seen by the practice educator lead, and consistent with feedback from families and "
            "from three other professionals."
        ),
    ),
    "sufficient": (
        (
            "Three observations, feedback from families and professionals and a varied set of written work: enough, and "
            "broad enough, to rely on."
        ),
    ),
}
FAILING: Final = {
    "strengths": (
        "Warm with families and willing to learn. Attendance at supervision has been good since the support plan.",
    ),
    "development": (
        "Analysis of risk is still not reliable without close support, in spite of the plan agreed at month six.",
    ),
    "accurate": (
        "Statements 6 and 7 have not been met at the level expected. The evidence has been read twice against it.",
    ),
    "valid": ("The evidence covers the breadth of the year, including the work done under the support plan.",),
    "robust": (
        "Concerns were first recorded at month four, discussed with the co-ordinator, and reviewed every month since.",
    ),
    "sufficient": ("All observations and reviews were held, and two further pieces of written work were looked at.",),
}
SHORT: Final = {
    "workload_percent": ("90", "85", "90"),
    "context": ("Home visit", "Child in need meeting", "Direct work with a young person", "Core group"),
    "attended": ("NQSW, assessor, line manager", "NQSW and assessor"),
}
CHOICES: Final = {"observer": "assessor", "met": "met", "overall": "on_track"}


def answers(
    schema: Schema, part: Part, day: date, dice: random.Random, *, failing: bool = False, so_far: dict[str, Any]
) -> dict[str, Any]:
    """The answers of one part to a form, on a day; what the other part has written already is left alone."""
    said: dict[str, Any] = {}
    for one in schema.written_by(part):
        if one.writer == EITHER and so_far.get(one.key):
            continue
        if one.type == "long_text":
            bank = (FAILING if failing else LONG).get(one.key) or LONG.get(one.key)
            if bank:
                said[one.key] = dice.choice(bank)
        elif one.type == "text":
            said[one.key] = dice.choice(SHORT[one.key])
        elif one.type == "date":
            said[one.key] = day.isoformat()
        elif one.type == "yes_no":
            said[one.key] = True
        elif one.type == "standards":
            said[one.key] = [code for code, _ in dice.sample(list(one.choices), 3)]
        elif one.key == "recommendation":
            said[one.key] = "fail" if failing else "pass"
        else:
            said[one.key] = "at_risk" if failing and one.key == "overall" else CHOICES[one.key]
    return said
