"""The steps of a payment, in the browser: vendor details, batch, approval, file, response, statement, ledger."""

from datetime import date
from pathlib import Path

from playwright.sync_api import Page

from tests.journeys.walking import (
    answer,
    download,
    follow,
    go,
    main,
    picture,
    press,
    refused,
    says,
    until_it_says,
    value_of,
)

VENDOR = "NS40021"


def propose_vendor(page: Page, employer: str) -> None:
    """The officer proposes the number under which an employer is paid."""
    go(page, "/payments")
    says(page, "Nothing is owed that can be paid now.")
    follow(page, "Vendor details")
    press(page, "Propose vendor details")
    refused(page, "Propose", "Enter the vendor number")
    answer(page, "Employer", employer)
    answer(page, "Vendor number", VENDOR)
    press(page, "Propose")


def verify_vendor(page: Page, employer: str, called_on: date) -> None:
    """A second person has called the employer back and verifies the number."""
    go(page, "/payments/payees")
    follow(page, f"View the details of {employer}")
    press(page, "Verify")
    refused(page, "Verify the details", "Select which contact you used")
    answer(
        page, "Which contact did you use?", "Amira Aslan, co-ordinator since 1 September 2020, amira@northshire.example"
    )
    answer(page, "Who did you speak to?", "Head of finance")
    answer(page, "When did you call the employer back?", called_on)
    answer(page, "How were the details confirmed?", "They read the number back.")
    press(page, "Verify the details")
    says(page, VENDOR, "Verified")


def submit(page: Page) -> str:
    """The officer finds the draft that the monthly run has made, and submits it; answers with its reference."""
    go(page, "/payments")
    until_it_says(page, "Draft")
    with page.expect_navigation():
        main(page).get_by_role("row").filter(has_text="Draft").get_by_role("link").click()
    says(page, "the monthly run", "£1,000")
    assert value_of(page, "Lines") == "1"
    reference = main(page).get_by_role("heading", level=1).inner_text()
    press(page, "Submit for approval")
    says(page, "1 line, £1,000")
    press(page, "Submit for approval")
    says(page, "Waiting for approval")
    return reference


def approve(page: Page, reference: str) -> None:
    """The approver approves exactly what they are shown."""
    go(page, "/payments")
    follow(page, reference)
    press(page, "Approve")
    says(page, "1 line, £1,000")
    picture(page, "batch-approval")
    press(page, "Approve the batch")


def hand_over(page: Page, reference: str) -> bytes:
    """The officer downloads the file that the sweeper wrote and says that the payer has it."""
    go(page, "/payments")
    follow(page, reference)
    until_it_says(page, "Download the payment file")
    file = download(page, "Download the payment file")
    press(page, "Mark as handed over")
    press(page, "The file has been handed over")
    return file


def import_response(page: Page, reference: str, line: str, paid_on: date, folder: Path) -> None:
    """The officer imports what the payer says; a file with a fault is refused as a whole first."""
    go(page, "/payments")
    follow(page, reference)
    press(page, "Import the payer’s response")
    refused(page, "Check and import", "Select the payer’s response file")
    head = "line,outcome,reason,amount,date"
    for name, amount in (("wrong.csv", "999.00"), ("right.csv", "1000.00")):
        (folder / name).write_text(f"{head}\r\n{line},paid,,{amount},{paid_on}\r\n")
        page.locator("input[type=file]").set_input_files(folder / name)
        press(page, "Check and import")
        if name == "wrong.csv":
            says(page, "What is wrong", "was sent with £1,000, not £999")
    says(page, "Response imported: 1 paid.", "Confirmed")


def read_statement(page: Page, employer: str, *, year: str, paid: str) -> None:
    """The employer's statement of a financial year shows what was paid."""
    follow(page, f"Payment statement of {employer}")
    says(page, f"Financial year {year}", "Why this amount")
    assert value_of(page, "Paid") == paid
    picture(page, "statement")


def read_ledger(page: Page, *, total: str) -> None:
    """The ledger agrees with itself, with its seals and with the files; each £1 is entered as sent and as paid."""
    go(page, "/payments/ledger")
    press(page, "Check the ledger")
    says(page, "Ledger, seals and payment files agree.", f"Debits come to {total} and credits to {total}.")
