"""
The exit of the Sentry SDK: everything that leaves in an envelope, for Sentry or for Spotlight.

``redactor.install()`` guards all clients and transports, whenever they were made. Covered are
events (message, parameters, exceptions, variables and source lines of each frame, breadcrumbs,
request, user, tags, contexts, extra, threads and every field that nobody knows), transactions and
spans, logs, metrics, streamed spans, check-ins, sessions, profiles, client reports, attachments
that are text, envelopes that a program makes itself, and the headers of items and envelopes.

Parameters of log messages and SQL statements are looked at in their places: neither ``password=%s``
nor ``["hunter2"]`` says by itself what it is.

Ids, times, types, modules, functions and line numbers stay, so that Sentry groups and links as
before, and what leaves is valid by Sentry's schema.

Not covered:

- The SDK cuts long texts before anything else sees them. Of a secret that is cut in half, the half
  right before the cut is taken out where the SDK says that it cut; it does not say so for the
  variables of frames.
- Attachments that are no text (images, archives, dumps) are withheld, also where they hold no
  secret: a text that says so leaves in their place. So are other payloads that are neither JSON nor
  text, for example recordings of replays; of those nothing leaves.
- Callbacks of the program (``before_send`` and the like) run before and see everything.
- ``Item.serialize()`` called by a program on an item alone. ``Envelope.serialize()`` is covered.
- The ``baggage`` header of the program's own requests, which has the name of the transaction.
- A transport of the program's own that no client has, or that is no class with
  ``capture_envelope``, unless it serialises envelopes.
- What the SDK exports over OTLP: that is the exit ``opentelemetry``.

``Callbacks`` redacts in ``before_send`` and its siblings, without ``install()``.
"""

from redactor.exits.sentry.callbacks import Callbacks
from redactor.exits.sentry.hooks import protect

__all__ = ["Callbacks", "protect"]
