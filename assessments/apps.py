from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from accounts import wanted  # noqa: PLC0415  (models can be read only now)
        from assessments import (  # noqa: PLC0415
            checks,  # noqa: F401  (registers its system check)
            letters,
        )

        wanted.ask(self.name, letters.is_wanted)
