"""The steps of a year's records, in the browser: begun, written by both, signed by both, recommended."""

from collections.abc import Mapping
from datetime import date

from playwright.sync_api import Page

from tests.journeys.registering import FIRST, LAST
from tests.journeys.walking import answer, follow, picture, press, refused, says

FINISH = "Finish my part"
Answers = Mapping[str, str | date]
AGREEMENT, OBSERVATION, RECOMMENDATION = "Support and assessment agreement", "Direct observation 1", "Recommendation"
THREE_MONTHS, FINAL = "3-month review", "Final review"
SECRET = "Heliotrope"  # a word of the recommendation and of nothing else: readers must not meet it too early

OF_NQSW: Mapping[str, Answers] = {
    AGREEMENT: {
        "What experience and strengths do you bring?": "Two placements with families, and calm under pressure.",
        "What do you most want to develop this year?": "Writing analysis that a court can follow.",
        "Who is responsible for what?": "Noor brings the work, Ben observes and reads it, Amira is asked if it fails.",
        "What will we do if either of us has a concern?": "Say so in supervision, then ask the co-ordinator.",
    },
    THREE_MONTHS: {
        "What have you learned since the last review?": "To plan a visit and to end it well.",
        "Have supervision, protected time and workload been as agreed?": "Yes",
        "What have we agreed to do next?": "Two joint visits and a chronology.",
    },
    OBSERVATION: {
        "What was planned, and what did you want to show?": "A visit after school, and how I give a child room.",
        "What went well, what would you do differently, and why?": "The child spoke first. I would write less.",
    },
    FINAL: {
        "What have you learned since the last review?": "To hold a plan steady when others doubt it.",
        "Have supervision, protected time and workload been as agreed?": "Yes",
        "What have we agreed to do next?": "A mentor role from October.",
    },
}
WHEN, WHO, MET = "When did you meet?", "Who took part, by role?", "Where practice stands overall at this point"
STRENGTHS, DEVELOP = "Strengths, with the evidence for them", "What needs to develop before the next point"


def of_assessor(on: date) -> Mapping[str, Answers]:
    """What Ben writes in each record, of meetings and visits on that day."""
    review = {
        WHEN: on,
        WHO: "NQSW, assessor and line manager",
        "Has supervision taken place as agreed?": "Yes",
        "Has workload been as agreed?": "Yes",
        "What does the evidence since the last review show?": "Calm visits and clear plans.",
        STRENGTHS: "Plans are clear and families can say what they mean for them.",
        DEVELOP: "Analysis of what has not yet happened.",
        "Do you have a concern about progress?": "No",
        MET: "On track to meet the standards",
    }
    return {
        AGREEMENT: {
            "How often will supervision take place, and with whom?": "Weekly for six weeks, then every fortnight.",
            "Workload in the first months, compared with an experienced social worker": "80%, then 90%",
            "Will 10% of working time be kept free for development?": "Yes",
            "How will direct observations be arranged?": "By agreement, at least a week ahead.",
        },
        THREE_MONTHS: review,
        OBSERVATION: {
            "What did you look for?": "How the child is heard.",
            "When was the observation?": on,
            "What kind of work was observed?": "A home visit",
            "Did the people who were present agree to the observation?": "Yes",
            "Who observed?": "The assessor",
            "What did you see, and how did it meet the standards?": "She listened, then named the worry plainly.",
            "What should develop further?": "Leaving room for the father.",
            "Your view of the practice as a whole": "Purposeful and kind.",
            "Was the practice you saw at the level expected at this point?": "Yes",
        },
        FINAL: review,
    }


GROUNDS = {
    "Accurate": f"{SECRET}. What was seen in three settings matches what the standards ask for.",
    "Valid": "It rests on the whole year and on progress through it.",
    "Robust": "Two others saw the same work and came to the same view.",
    "Sufficient": "One observation was enough, because the reviews bear on the other standards.",
}


def open_record(page: Page, title: str) -> None:
    """From the start page to a record, whoever it is; one that nobody has begun opens where it is begun."""
    own = page.get_by_role("link", name="Your record of the year")
    follow(page, "Your record of the year" if own.count() else f"{FIRST} {LAST}")
    follow(page, title)


def begin(page: Page, title: str, answers: Answers) -> None:
    """The first of the two begins the record, sends it too early, and then writes their part."""
    open_record(page, title)
    press(page, "Start")
    refused(page, FINISH, "Enter ")
    _finish(page, answers)


def add(page: Page, title: str, answers: Answers) -> None:
    """The second of the two sees what the first has written and adds their part."""
    open_record(page, title)
    press(page, "Write your part")
    if title == THREE_MONTHS:
        picture(page, "review-form")
    _finish(page, answers)
    says(page, "It waits to be signed by")


def _finish(page: Page, answers: Answers) -> None:
    for question, value in answers.items():
        answer(page, question, value)
    press(page, FINISH)


def sign(page: Page, title: str) -> None:
    """Reads the words and signs exactly these."""
    open_record(page, title)
    press(page, "Read and sign")
    refused(page, "Sign", "Confirm that you have read this version and agree with it")
    page.get_by_label("I have read this version and agree with it").check()
    press(page, "Sign")


def recommend(page: Page, result: str) -> None:
    """The assessor recommends, with the four grounds, and signs."""
    open_record(page, RECOMMENDATION)
    says(page, "There is less evidence than the programme year asks for")
    press(page, "Start")
    refused(page, FINISH, "Select what you recommend")
    _finish(page, {"What do you recommend?": result, **GROUNDS})
    press(page, "Read and sign")
    page.get_by_label("I have read this version and agree with it").check()
    press(page, "Sign")
    says(page, "Agreed")
