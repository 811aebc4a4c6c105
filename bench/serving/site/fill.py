"""Rows that are the same in every run: `manage.py shell < fill.py`."""

import random

from django.utils.lorem_ipsum import paragraph

from guestbook.models import Entry

ROWS = 100  # more than a page shows

random.seed(5)
Entry.objects.bulk_create(Entry(author=f"Visitor {number}", text=paragraph()[:1000]) for number in range(ROWS))
