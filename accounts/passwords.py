"""What a password must be like, said the way every other form error is."""

from django.contrib.auth import password_validation as django_validators


class LongEnough(django_validators.MinimumLengthValidator):
    """At least `min_length` characters, and no rule about which."""

    def get_error_message(self) -> str:
        return f"Your password must be {self.min_length} characters or more"

    def get_help_text(self) -> str:
        return f"Use {self.min_length} characters or more. Four random words are easy to remember and hard to guess."


class NotCommon(django_validators.CommonPasswordValidator):
    """Not one of the 20,000 that everybody tries first."""

    def get_error_message(self) -> str:
        return "Your password is one that many people use. Choose another"


class NotAboutYou(django_validators.UserAttributeSimilarityValidator):
    """Not one's own name or e-mail address."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("first_name", "last_name", "email"))

    def get_error_message(self) -> str:
        return "Your password is too like your name or email address. Choose another"
