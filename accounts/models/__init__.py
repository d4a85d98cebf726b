"""Who may act, what was done, and who was told."""

from accounts.models.keys import ApiAnswer, ApiKey
from accounts.models.people import Human, Invitation, Membership, MembershipQuerySet, User, UserManager
from accounts.models.places import Employer, FormerDetails, LocalAuthority
from accounts.models.receipts import Receipt
from accounts.models.requests import EmployerRequest
from accounts.models.terms import GrantTerms, TermsAcceptance, TermsHand
from accounts.models.trail import AuditDetail, AuditEvent, Heartbeat, JobRun, KeptText, Notice, SensitiveRead

__all__ = [
    "ApiAnswer",
    "ApiKey",
    "AuditDetail",
    "AuditEvent",
    "Employer",
    "EmployerRequest",
    "FormerDetails",
    "GrantTerms",
    "Heartbeat",
    "Human",
    "Invitation",
    "JobRun",
    "KeptText",
    "LocalAuthority",
    "Membership",
    "MembershipQuerySet",
    "Notice",
    "Receipt",
    "SensitiveRead",
    "TermsAcceptance",
    "TermsHand",
    "User",
    "UserManager",
]
