"""
Canaries as a provider of Faker (``pip install 'redactor-pipeline[faker]'``).

>>> from faker import Faker
>>> from redactor.leakage.canaries.faker_provider import LeakCanaries
>>> fake = Faker()
>>> fake.add_provider(LeakCanaries)
>>> len(fake.canary_card())
16
"""

from __future__ import annotations

from faker.providers import BaseProvider

from redactor.leakage.canaries import current

__all__ = ["LeakCanaries"]


class LeakCanaries(BaseProvider):
    """Gives canaries of the run. A seed of Faker does not change them: no two runs share one."""

    def canary_card(self, brand: str = "visa") -> str:
        """Return a card number."""
        return current().card(brand)

    def canary_password(self) -> str:
        """Return a password."""
        return current().password()

    def canary_token(self, kind: str = "opaque") -> str:
        """Return a token."""
        return current().token(kind)

    def canary_name(self) -> str:
        """Return the name of a person."""
        return current().person().name

    def canary_email(self) -> str:
        """Return the mail address of a person."""
        return current().person().email

    def canary_document(self, kind: str = "text") -> str:
        """Return a document."""
        return current().document(kind).text
