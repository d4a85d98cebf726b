"""Every act names who does it and when: the audit trail cannot be forgotten."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator

import pytest

APPS = ("accounts", "registrations", "assessments", "moderation", "payments", "reporting")
WRITES = re.compile(r"\.(save|create|bulk_create|bulk_update|get_or_create|update_or_create|update|delete)\(")

# Nobody acts in these: periodic jobs, and what a command does before there is anybody.
WITHOUT_A_PERSON = {
    "accounts.services.api_answers.hold",
    "accounts.services.api_answers.keep",
    "accounts.services.api_answers.purge",
    "accounts.services.invitations.create_first_administrator",
    "accounts.services.jobs.beat",
    "accounts.services.jobs.claim",
    "accounts.services.kept.purge",
    "accounts.services.keys.note_use",
    "accounts.services.keys.tell_expiring",
    "accounts.services.mail.send_pending",
    "accounts.services.receipts.take",
    "accounts.services.reference.load_local_authorities",
    "accounts.services.requests.ask",
    "accounts.services.requests.confirm",
    "accounts.services.requests.purge",
    "assessments.services.certificates.render",
    "assessments.services.certificates.render_pending",
    "assessments.services.reminding.send_due",
    "payments.services.files.write_pending",
    "payments.services.preparing.prepare_month",
    "payments.services.years.open_year",
    "registrations.services.bulk.begin_check",
    "registrations.services.bulk.finish_check",
    "registrations.services.bulk.keep_findings",
    "registrations.services.bulk.purge",
    "registrations.services.bulk.refuse_file",
    "registrations.services.earlier.begin_check",
    "registrations.services.earlier.finish_check",
    "registrations.services.earlier.keep_findings",
    "registrations.services.earlier.purge",
    "registrations.services.earlier.refuse_file",
    "registrations.services.rechecking.ask_pending",
    "registrations.services.rechecking.queue_renewals",
    "registrations.services.rechecking.want_before_outcome",
}
# Parts of acts that write without a trace of their own: the act that calls them leaves it.
PARTS = {
    "accounts.services.humans.join",
    "accounts.services.employers.close",
    "accounts.services.employers.locked",
    "accounts.services.employers.write",
    "accounts.services.invitations.send",
    "assessments.services.blindness.hide",
    "assessments.services.blindness.reveal",
    "payments.services.batches.locked",
    "payments.services.hands.add_approver",
    "payments.services.hands.add_maker",
    "payments.services.ledger.write",
    "payments.services.recovering.close_recovered",
    "payments.services.reversing.stand_again",
    "registrations.services.checking.next_reference",
    "registrations.services.drafts.locked",
    "registrations.services.earlier_rows.end_many",
    "registrations.services.judging.evaluation",
    "registrations.services.judging.judge_again",
    "registrations.services.looking.keep",
    "registrations.services.moving.move",
    "registrations.services.moving.touch",
    "registrations.services.locking.waiting_told",
    "registrations.services.starting.move_start",
    "registrations.services.storing.store",
}


def modules(package: str) -> Iterator[str]:
    try:
        module = importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name != package:
            raise
        return
    yield package
    for found in pkgutil.iter_modules(getattr(module, "__path__", [])):
        yield from modules(f"{package}.{found.name}")


def public_functions() -> Iterator[tuple[str, Callable[..., object]]]:
    for app in APPS:
        for name in modules(f"{app}.services"):
            for word, function in vars(importlib.import_module(name)).items():
                if inspect.isfunction(function) and function.__module__ == name and not word.startswith("_"):
                    yield f"{name}.{word}", function


def is_act(function: Callable[..., object]) -> bool:
    """It opens a transaction, takes an actor, or writes."""
    in_transaction = function is not inspect.unwrap(function)
    takes_actor = "by" in inspect.signature(function).parameters
    return in_transaction or takes_actor or bool(WRITES.search(inspect.getsource(inspect.unwrap(function))))


FUNCTIONS = dict(public_functions())
ACTS = sorted(name for name, function in FUNCTIONS.items() if is_act(function) and name not in PARTS)


@pytest.mark.parametrize("name", ACTS)
def test_an_act_names_who_and_when(name):
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    assert "now" in parameters, f"{name} does not take now"
    if name in WITHOUT_A_PERSON:
        assert "by" not in parameters
    else:
        assert "by" in parameters, f"{name} does not take by"
        assert parameters["by"].kind is inspect.Parameter.KEYWORD_ONLY


def test_the_lists_name_only_what_there_is():
    assert set(FUNCTIONS) >= WITHOUT_A_PERSON | PARTS
