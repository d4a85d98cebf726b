"""The co-ordinator's home page, with 40 NQSWs on it, against a signed-in view that renders only the base template."""

from bench._harness import figure, service, settle

PEOPLE = 40


def main() -> None:
    with service():
        from django.db import transaction
        from django.test import Client, override_settings

        from asye import clock
        from tests import cast
        from tests.factories import registrations as make

        with transaction.atomic():
            people = cast.build()
        make.published_year(by=people.adele, second=people.zora, now=cast.NOW)
        for number in range(PEOPLE):
            waiting = make.submitted(
                people.northshire, by=people.amira, assessor=people.ben, now=cast.NOW, number=number
            )
            if number % 4 == 0:
                make.queried(waiting, by=people.erin, now=cast.NOW)
            elif number % 4 > 1:
                make.approved(waiting, by=people.erin, now=cast.NOW)
        settle()
        client = Client()
        client.force_login(people.amira)

        def get(address: str) -> None:
            answer = client.get(address)
            assert answer.status_code == 200, answer.status_code

        with clock.moved_to(cast.NOW), override_settings(ROOT_URLCONF="bench._home_urls"):
            figure(
                f"co-ordinator's home page, {PEOPLE} NQSWs",
                ours=lambda: get("/"),
                reference=lambda: get("/base-only"),
                target=2.0,
            )


if __name__ == "__main__":
    main()
