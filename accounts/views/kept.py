"""Text that came too late, offered to whoever typed it."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from accounts.keeping import keep_form, never_kept
from accounts.services import kept
from asye import clock
from asye.ui import context

FORGED = ("Origin checking failed", "Referer checking failed")
NOT_SHOWN = frozenset({"version", "seen_version", "next", "step"})


@never_kept
@login_required
@require_http_methods(["GET", "POST"])
def kept_text(request: SignedInRequest, pk: int) -> HttpResponse:
    """Shows what was kept. Its button forgets it here and sends it again to where it was going."""
    now = clock.now()
    if request.method == "POST":
        used = kept.use(pk, by=request.user, now=now)
        return _send_again(used.path) if used else render(request, "accounts/kept_gone.html", status=404)
    found = kept.offer(pk, by=request.user, now=now)
    if found is None:
        return render(request, "accounts/kept_gone.html", status=404)
    rows = [(_label(name), value) for name, value in found.fields if name not in NOT_SHOWN]
    return render(request, "accounts/kept_text.html", {"rows": rows, "fields": found.fields})


def csrf_failure(request: SignedInRequest, reason: str = "") -> HttpResponse:
    """Keeps the form of a signed-in person whose page was too old; everybody else gets a plain refusal."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated and not reason.startswith(FORGED):
        text = keep_form(request, user, clock.now())
        if text is not None:
            return redirect("kept_text", pk=text.pk)
    sentence = (
        "The page you sent was too old, or your browser does not accept our cookies. "
        "Go back, load the page again and send it once more."
    )
    return HttpResponse(render_to_string("403.html", {**context.service(request), "sentence": sentence}), status=403)


def _send_again(path: str) -> HttpResponse:
    """307 makes the browser repeat the POST, with the fields it has just sent here, to the form's own address."""
    answer = HttpResponseRedirect(path)
    answer.status_code = 307
    return answer


def _label(name: str) -> str:
    return name.replace("_", " ").replace("-", " ").strip().capitalize()
