"""Where django-allauth asks us: nobody signs up by themselves, and mail leaves through the outbox."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from accounts import notices
from accounts.models import User
from accounts.services import kept, people
from asye import clock


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in and passwords only: accounts begin with an invitation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Text that was kept when the session ran out comes before the home page."""
        text = kept.newest(by=request.user, now=clock.now()) if request.user.is_authenticated else None
        return reverse("kept_text", args=[text]) if text else super().get_login_redirect_url(request)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def get_reset_password_from_key_url(self, key: str) -> str:
        user, _, token = key.partition("-")
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": user, "key": token})
        return f"{settings.SITE_URL}{path}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Puts allauth's one letter, the reset link, into the outbox; there is no other that it may send."""
        if template_prefix != "account/email/password_reset_key":
            raise ValueError(f"No letter is written for {template_prefix}.")
        user: User = context["user"]
        letter = notices.ResetPassword(url=context["password_reset_url"])
        notices.queue(letter, to=user, now=clock.now())

    def set_password(self, user: User, password: str) -> None:
        people.change_password(user, password, by=user, now=clock.now())

    def send_notification_mail(self, *args: Any, **options: Any) -> None:
        """The act itself queues what the person is told."""

    def add_message(self, *args: Any, **options: Any) -> None:
        """Pages say what happened themselves; allauth's own messages are in another voice."""
