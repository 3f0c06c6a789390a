"""What the shop keeps."""

from django.db import models


class Customer(models.Model):
    """A customer; whoever wrote ``__str__`` wanted to see what is in it."""

    name = models.CharField(max_length=80)
    card = models.CharField(max_length=20)
    api_token = models.CharField(max_length=80)
    password = models.CharField(max_length=200)

    def __str__(self):
        return f"{self.name} (card {self.card}, api_token {self.api_token})"
