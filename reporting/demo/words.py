"""What people in the demo write. Invented, and free of anything that could identify a child or a family."""

import random
from collections.abc import Callable
from datetime import date
from typing import Any, Final

from assessments.schema import EITHER, Field, Schema
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
    "dates": (
        "Reviews in months 3, 6 and 12, each in the week it is due. The panel meets four weeks after the final review.",
    ),
    "responsibilities": (
        (
            "The NQSW writes and brings the work; the assessor observes, reads and reviews; the team manager keeps to "
            "the workload; the co-ordinator is asked when something does not hold."
        ),
    ),
    "changes": (
        "One case was handed over and a new one begun, as planned.",
        "A new team manager since last month. The days of supervision stay the same.",
    ),
    "support_check": ("Held as agreed. One meeting moved within its week.",),
    "progress": (
        (
            "The observation shows planned and honest direct work. The written work has become shorter and clearer. "
            "Feedback speaks of being listened to."
        ),
        "More independent in planning. The same strengths are named by a family and by another service.",
    ),
    "plan_update": ("The next plan takes up writing for court and drops what has been done.",),
    "plan": (
        "A home visit to go through the plan with a parent. I wanted to show how I explain reasons in plain words.",
        "To chair the first half of a meeting and to keep the child's wishes in view throughout.",
    ),
    "criteria": (
        "Preparation, clear and respectful language, and how what was heard is taken into the plan.",
        "How the purpose is kept, how others are brought in, and how risk is named.",
    ),
    "holistic": (
        "Purposeful and warm practice that keeps the child at the centre and knows what it is there for.",
        "A steady hand in a difficult meeting. The parts come together more than they did in spring.",
    ),
    "response": ("I recognise this. I have tried the three next steps since, and they help.",),
    "came_of_it": (
        "Two of the three steps are done. Chairing was put off once, and then went well.",
        "The course helped less than the shadowing. I write shorter reports now.",
    ),
    "actions": (
        "Shadow two hearings by the end of next month; write one statement beside a colleague; bring both to supervision.",
        "Chair a core group with support; read two serious case reviews and bring one question from each.",
    ),
    "support": (
        "A place on the court skills day, half a day a week kept free, and a colleague to shadow.",
        "One complex case shared with an experienced colleague, and time to prepare for it.",
    ),
    "needs_after": ("Work with the courts, and supporting a student or a new colleague in small things.",),
    "support_after": ("A case load that grows step by step, and a mentor from the neighbouring team.",),
    "next": (
        "Writing for court stays with me, and being surer in meetings with lawyers.",
        "Noticing drift earlier in plans that have run for long.",
    ),
    "overall": ("I want to become surer in analysis: I see much and say too little about what it means.",),
    "said": (
        "She told us straight what she was worried about, and she came back when she said she would.",
        "Comes prepared, shares what can be shared, and asks when something is not clear.",
    ),
    "learned": (
        "That keeping a promised time says more than a long talk. I told them that I had heard it.",
        "To say at the beginning what will happen with what is said.",
    ),
    "shows": ("I tried to put the recommendation first and to let each page earn its place. The analysis came late.",),
    "judgement": (
        "Clear, balanced and built on what was seen. The child's own words are used where they matter.",
        "The history is sound and the analysis follows from it. It could be shorter by a third.",
    ),
    "happened": (
        (
            "A meeting in which two services disagreed, and I stayed silent too long. I felt that it was not my place, "
            "and noticed only on the way home that nobody had spoken for the child."
        ),
    ),
    "analysis": (
        (
            "I see now how I read authority in the room. What I know of drift, and the duty to promote welfare, would have "
            "asked for a plain question at once. My own experience of being the youngest had a part in it."
        ),
    ),
    "change": ("I write one question for the child before each meeting, and ask it in the first half.",),
    "view": ("Honest about the feeling and exact about the moment. Next: what made it possible to speak later?",),
    "discussed": ("Two cases in depth, workload, and how the week felt.",),
    "decided": ("To visit jointly next week. The NQSW writes the plan, the assessor reads it by Friday.",),
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
    "concern_words": (
        "Risk is described and not weighed. A support plan is in place: joint visits, and analysis read every week.",
    ),
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
    "consent_words": ("Asked by phone the day before, and again at the door.",),
    "giver": ("Head teacher", "Health visitor", "Police officer in a safeguarding team"),
    "work": ("Three months in one core group", "A joint visit and two meetings"),
    "title": ("Assessment for a first conference", "Recordings of one month", "Court statement, second version"),
    "attended": ("NQSW, assessor, line manager", "NQSW and assessor"),
}
CHOICES: Final = {"observer": "assessor", "met": "met", "overall": "on_track", "supervisor": "assessor"}
NO: Final = ("concern",)  # what is well answered with no, unless things go wrong


def answers(
    schema: Schema, part: Part, day: date, dice: random.Random, *, failing: bool = False, so_far: dict[str, Any]
) -> dict[str, Any]:
    """The answers of one part to a form, on a day; what the other part has written already is left alone."""
    said: dict[str, Any] = {}
    for one in schema.written_by(part):
        if one.writer == EITHER and so_far.get(one.key):
            continue
        answer = _answer(one, day, dice, failing)
        if answer is not None:
            said[one.key] = answer
    return said


def _answer(one: Field, day: date, dice: random.Random, failing: bool) -> Any:
    if one.type == "long_text":
        bank = (FAILING if failing else LONG).get(one.key) or LONG.get(one.key)
        return dice.choice(bank) if bank else None
    if one.type == "standards":
        return [code for code, _ in dice.sample(list(one.choices), 3)]
    if one.type == "choice":
        return _chosen(one, dice, failing)
    plain: dict[str, Callable[[], Any]] = {
        "text": lambda: dice.choice(SHORT[one.key]),
        "date": day.isoformat,
        "number": lambda: dice.choice([60, 75, 90, 90]),
        "yes_no": lambda: one.key not in NO or failing,
    }
    return plain[one.type]()


def _chosen(one: Field, dice: random.Random, failing: bool) -> str:
    if one.key == "recommendation":
        return "fail" if failing else "pass"
    if one.key == "overall" and failing:
        return "at_risk"
    return CHOICES.get(one.key) or dice.choice(one.choices)[0]
