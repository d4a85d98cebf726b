"""What a person reads on a page."""

from django.http import HttpResponse
from lxml import html


def text_of(response: HttpResponse) -> str:
    """The words of the page's main part, with one space between them."""
    main = html.fromstring(response.content.decode()).xpath("//main")[0]
    return " ".join(main.text_content().split())
