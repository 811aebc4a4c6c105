import logging
import socket

from django.conf import settings
from django.contrib import messages
from django.db import Error
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import gpu, readiness
from .forms import EntryForm
from .models import Entry

logger = logging.getLogger(__name__)

ENTRIES_SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def page(request):
    form = EntryForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.save()
        messages.success(request, "Thank you, your entry is in the book.")
        return redirect("page")
    return render(request, "guestbook/page.html", {"form": form, "entries": Entry.objects.all()[:ENTRIES_SHOWN]})


@require_safe
@never_cache
def gpu_page(request):
    return render(request, "guestbook/gpu.html", {"gpu": gpu.look(), "pod": socket.gethostname()})


@require_safe
@never_cache
def request_page(request):
    """How the request looks from here, to check what the front passes on."""
    return JsonResponse(
        {
            "scheme": request.scheme,
            "is_secure": request.is_secure(),
            "host": request.get_host(),
            "remote_addr": request.META.get("REMOTE_ADDR"),
            "x_real_ip": request.headers.get("X-Real-IP"),
            "x_forwarded_for": request.headers.get("X-Forwarded-For"),
            "x_forwarded_proto": request.headers.get("X-Forwarded-Proto"),
            "request_id": request.headers.get("X-Request-ID"),
            "user": request.user.get_username(),
            "pod": socket.gethostname(),
            "site_name": settings.SITE_NAME,
        }
    )


@require_safe
@never_cache
def healthz(request):
    """The process answers; a database that is away is no reason to restart it."""
    return plain("ok")


@require_safe
@never_cache
def readyz(request):
    """The database answers and has every migration of this release."""
    try:
        readiness.ping_database()
        pending = readiness.pending_migrations()
    except Error as error:
        logger.warning("readyz: %s", error)
        return plain("The database does not answer.", status=503)
    if pending:
        return plain(f"Migrations not applied: {', '.join(pending)}", status=503)
    return plain("ok")


def plain(text, status=200):
    return HttpResponse(text, content_type="text/plain; charset=utf-8", status=status)
