from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "asye.ui"
    label = "ui"
    verbose_name = "Page components"

    def ready(self) -> None:
        from asye.ui import theme  # noqa: F401, PLC0415  (registers its system check)
