"""Clean input for payments; the services write."""

from typing import Any

from accounts.models import Employer
from asye.ui import forms
from payments.rules.years import MOST_COOL_OFF, MOST_SETTLED
from payments.states import Finding
from registrations.forms.earlier import PersonField, ReferenceField
from registrations.forms.step_form import StepForm
from registrations.states import Milestone


class Seen(forms.Form):
    """The version of the batch that the person looked at."""

    seen_version = forms.SeenNumber()


class SeenContent(forms.Form):
    """What the approver looked at: the count, the sum in pence and the hash that they approve."""

    seen_count = forms.SeenNumber()
    seen_sum_pence = forms.SeenNumber()
    seen_sha256 = forms.SeenDigest()


class SeenFile(forms.Form):
    """The hash of the file that was handed over."""

    seen_sha256 = forms.SeenDigest()


class Nothing(forms.Form):
    """A button without a question."""


class Reason(forms.Form):
    """Why."""

    reason = forms.TextAreaField(noun="a reason", label="Reason", max_length=500, rows=3)


class Response(forms.Form):
    """The payer's file."""

    file = forms.FileField(
        noun="the payer’s response file",
        label="Response file",
        help_text="A CSV file with the columns line, outcome, reason, amount and date",
        max_bytes=5_000_000,
        endings=("csv",),
    )


class Proposal(forms.Form):
    """An employer and its vendor number."""

    employer = forms.ChoiceField(noun="the employer", label="Employer", as_list=True)
    vendor_number = forms.TextField(
        noun="the vendor number",
        label="Vendor number",
        help_text="As held by the finance system: letters and digits, like AB12345",
        max_length=30,
        width=10,
        spellcheck=False,
    )

    def __init__(self, *args: Any, employers: list[Employer], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["employer"].choices = [("", "Select an employer"), *((str(e.pk), e.name) for e in employers)]  # type: ignore[attr-defined]


class CallBack(forms.Form):
    """The call to the employer, on a contact held before the proposal, that confirmed the details."""

    contact = forms.ChoiceField(
        noun="which contact you used",
        label="Which contact did you use?",
        help_text="Only contacts that we held before these details were proposed",
    )
    spoke_to = forms.TextField(
        noun="the role of the person you spoke to",
        label="Who did you speak to?",
        help_text="Their role, like finance manager. No names",
        max_length=100,
    )
    called_back_on = forms.DateField(noun="the date you called back", label="When did you call the employer back?")
    note = forms.TextAreaField(
        noun="how the details were confirmed",
        label="How were the details confirmed?",
        help_text="What they read back to you. No names",
        max_length=500,
        rows=3,
    )

    def __init__(self, *args: Any, contacts: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["contact"].choices = contacts  # type: ignore[attr-defined]


class AskBack(forms.Form):
    """How much of a payment is asked back, and why; `seen_room_pence` is what the page said could be."""

    amount = forms.MoneyField(
        noun="the amount",
        label="How much is asked back?",
        help_text="In pounds. All of it, or a part.",
        width=10,
    )
    reason = forms.TextAreaField(
        noun="a reason",
        label="Reason",
        help_text="The employer’s co-ordinators read it. No names.",
        max_length=500,
        rows=3,
    )
    seen_room_pence = forms.SeenNumber()


class OffsetBatch(forms.Form):
    """The draft batch from whose payments a recovery is taken off."""

    batch = forms.ChoiceField(noun="the batch", label="Which batch is it taken off?")

    def __init__(self, *args: Any, batches: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["batch"].choices = batches  # type: ignore[attr-defined]


class Invoice(forms.Form):
    """The invoice that was sent to an employer."""

    reference = forms.TextField(
        noun="the invoice reference",
        label="Invoice reference",
        help_text="As the finance system gave it, like INV-2026-0042",
        max_length=60,
        width=20,
        spellcheck=False,
    )
    invoiced_on = forms.DateField(noun="the date of the invoice", label="Date of the invoice")


class Received(forms.Form):
    """What an employer paid on an invoice; `seen_remaining_pence` is what the page said was outstanding."""

    amount = forms.MoneyField(noun="the amount", label="How much was received?", help_text="In pounds.", width=10)
    received_on = forms.DateField(noun="the date it was received", label="When was it received?")
    seen_remaining_pence = forms.SeenNumber()


class YearSettings(forms.Form):
    """What a grant year says; `seen` is what the page showed."""

    cool_off_days = forms.NumberField(
        noun="the days of rest",
        label="For how many days do changed vendor details rest?",
        help_text="From the day they are verified. Nothing is paid to the employer in these days. Usually 10",
        least=0,
        most=MOST_COOL_OFF,
    )
    contact_settled_days = forms.NumberField(
        noun="the days a contact must have stood",
        label="For how many days must a contact have stood to be called back on?",
        help_text="Before a change of vendor details was proposed. Usually 30",
        least=0,
        most=MOST_SETTLED,
    )
    final_year_advance_on = forms.DateField(
        noun="the day of the final-year advance",
        label="Day of the final-year advance",
        help_text="On this day the second payment becomes due to everyone still on programme. Leave it empty for none",
        required=False,
    )
    seen = forms.SeenDigest()


class SeenRemaining(forms.Form):
    """What the approver of a write-off saw outstanding, in pence."""

    seen_remaining_pence = forms.SeenNumber()


class Looked(forms.Form):
    """What came of looking closely at a payment, and what was seen."""

    finding = forms.ChoiceField(noun="what you found", label="What did you find?", choices=Finding.choices)
    note = forms.TextAreaField(
        noun="what you looked at",
        label="What did you look at?",
        help_text="For example, a payslip and the agreement. No names.",
        max_length=500,
        rows=3,
    )


class Find(forms.Form):
    """What somebody knows of a payment."""

    text = forms.TextField(
        noun="an employer’s name or a reference",
        label="Employer’s name or reference",
        help_text="Part of a name, or the reference of a registration, a line or a batch, like B00012.",
        spellcheck=False,
    )


class PaymentRow(StepForm):
    """One row of a sheet of past payments."""

    reference = ReferenceField()
    person = PersonField()
    milestone = forms.ChoiceField(noun="the milestone", label="Milestone", choices=Milestone.choices)
    paid = forms.YesNoField(
        noun="it was paid",
        label="Paid",
        help_text="Yes where the administrator before this service paid it; no where it is still to be paid.",
    )


class ConfirmEarlier(forms.Form):
    """Which rows to take over: all of them, or those without faults."""

    ALL, GOOD = "all", "good"
    which = forms.ChoiceField(noun="what to take over", choices=((ALL, "All rows"), (GOOD, "The rows without faults")))
    digest = forms.SeenDigest()
