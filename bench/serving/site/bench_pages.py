"""Pages to measure, beside those of the example."""

from django.http import JsonResponse
from django.shortcuts import render
from django.urls import include, path

from guestbook.models import Entry

ENTRIES_SHOWN = 50


def query(request):
    """One row by its key: little but the way to the database and back."""
    entry = Entry.objects.get(pk=1)
    return JsonResponse({"author": entry.author, "text": entry.text})


def entries(request):
    """The example's page without its form, whose token would keep it out of every cache."""
    return render(request, "entries.html", {"entries": Entry.objects.all()[:ENTRIES_SHOWN]})


urlpatterns = [
    path("query", query),
    path("entries", entries),
    path("cached/query", query),
    path("cached/entries", entries),
    path("", include("main_app.urls")),
]
