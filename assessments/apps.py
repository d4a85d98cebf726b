from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    name = "assessments"

    def ready(self) -> None:
        from accounts import wanted  # noqa: PLC0415  (models can be read only now)
        from assessments import letters  # noqa: PLC0415

        wanted.ask(self.name, letters.is_wanted)
