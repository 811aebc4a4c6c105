from django import forms

from .models import Entry

EntryForm = forms.modelform_factory(
    Entry,
    fields=("author", "text"),
    widgets={
        "author": forms.TextInput(attrs={"autocomplete": "name"}),
        "text": forms.Textarea(attrs={"rows": 4}),
    },
)
