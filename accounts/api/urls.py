"""What is below /api/ beside the API of employers: where receipts come in; and whatever no address is left for."""

from django.urls import path, re_path

from accounts.api.nowhere import Nowhere
from accounts.api.receipts import LetterReceipts

urlpatterns = [
    path("letters/receipts", LetterReceipts.as_view(), name="letter_receipts"),
    re_path(r"^", Nowhere.as_view(), name="api_nowhere"),
]
