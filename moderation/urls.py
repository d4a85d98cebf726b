from django.urls import path

from moderation.views import confirming, feedback, items, readings, rounds

urlpatterns = [
    path("moderation", rounds.moderation, name="moderation"),
    path("moderation/open/<int:employer_id>/<int:year_id>", rounds.open_, name="moderation_open"),
    path("moderation/rounds/<int:pk>", rounds.round_, name="moderation_round"),
    path("moderation/rounds/<int:pk>/population", rounds.population, name="moderation_population"),
    path("moderation/rounds/<int:pk>/share-out", rounds.share_out, name="moderation_share_out"),
    path("moderation/rounds/<int:pk>/close", rounds.close, name="moderation_close"),
    path("moderation/items/<int:pk>", items.item, name="moderation_item"),
    path("moderation/items/<int:pk>/allocate", items.allocate, name="moderation_allocate"),
    path("moderation/items/<int:pk>/resolve", items.resolve, name="moderation_resolve"),
    path("moderation/items/<int:pk>/feedback", items.send_feedback, name="moderation_feedback"),
    path("moderation/allocations/<int:pk>/withdraw", items.withdraw, name="moderation_withdraw"),
    path("moderation/allocations/<int:pk>/conflict", items.declare, name="moderation_conflict"),
    path("moderation/readings", readings.readings, name="readings"),
    path("moderation/readings/<int:pk>", readings.reading, name="reading"),
    path("moderation/readings/<int:pk>/seal", readings.seal, name="reading_seal"),
    path("moderation/readings/<int:pk>/complete", readings.complete, name="reading_complete"),
    path("moderation/readings/<int:pk>/conflict", readings.declare, name="reading_conflict"),
    path("moderation/outcomes/to-confirm", confirming.to_confirm, name="outcomes_to_confirm"),
    path("moderation/outcomes/<int:registration_id>/confirm", confirming.confirm, name="outcome_confirm"),
    path(
        "moderation/outcomes/<int:registration_id>/check-register",
        confirming.check_register,
        name="outcome_check_register",
    ),
    path("moderation/outcomes/<int:registration_id>/confirmed", confirming.confirmed, name="outcome_confirmed"),
    path("moderation/registrations/<int:registration_id>/conflict", confirming.declare_own, name="own_conflict"),
    path("moderation/feedback", feedback.mine, name="feedback_mine"),
    path("moderation/feedback/<int:pk>", feedback.feedback, name="feedback"),
]
