from django.db import models


class Entry(models.Model):
    author = models.CharField("your name", max_length=80)
    text = models.TextField("your words", max_length=1000)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name_plural = "entries"

    def __str__(self):
        return f"{self.author}, {self.created:%Y-%m-%d %H:%M}"
