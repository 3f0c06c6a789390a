"""What to do about a leak: one sentence for its exit, one for its rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redactor.leakage.leaks import Leak

__all__ = ["advice_on"]

_EXITS = {
    "logging": "Leave the value out of the message, the arguments and extra= of this call, and "
    "log an id in its place.",
    "loguru": "Leave the value out of the message and of bind(), and give sinks diagnose=False, "
    "which keeps variables out of tracebacks.",
    "structlog": "Leave the key out of this event and out of what is bound to the logger.",
    "opentelemetry": "Leave the value out of names, attributes and events of spans, logs and "
    "metrics: they go to the collector as they are.",
    "sentry": "Leave the value out of what is captured here; frames, breadcrumbs and request data "
    "are sent with every event.",
    "warnings": "Leave the value out of the text of the warning; the source line is printed with "
    "it.",
    "tracebacks": "Leave the value out of the exception's arguments and notes, or catch it where "
    "the value is known.",
    "multiprocessing": "Leave the value out of what the child process prints when it fails.",
    "streams": "Do not print the value: what a program prints is kept as a log wherever it runs.",
    "stdout": "Do not print the value: what a program prints is kept as a log wherever it runs.",
    "stderr": "Do not print the value: what a program prints is kept as a log wherever it runs.",
    "file": "Find the call that wrote this line, mend it, and delete or rewrite the file and its "
    "copies.",
}
_ANY_EXIT = "Leave the value out of what this call sends, and send an id in its place."

_CANARY = (
    "The value was planted by the test: whatever a real user puts in that place leaves the same "
    "way."
)
_KNOWN = (
    "The value was registered as a secret of this program, so this is the secret itself: change it."
)
_CARDS = {
    "card": "A log with a full card number is cardholder data under PCI DSS: log the last four "
    "digits or the id of the payment.",
    "card-expiry": "Log the id of the payment in place of what stands on the card.",
}
_CARD_AUTHENTICATION = (
    "Security codes, track data and PINs may not be kept after authorization, in logs neither "
    "(PCI DSS): make sure that no copy of the log stays."
)
_ADDRESSES = frozenset(
    "url-password url-key link-token oracle-jdbc-password sentry-dsn-secret sentry-dsn "
    "otpauth-secret otpauth-migration slack-webhook discord-webhook teams-webhook zapier-webhook "
    "google-chat-webhook".split()
)
_ADDRESS = (
    "A secret in an address is in every log on the way: send it in a header or a body where there "
    "is a choice, and make a new one."
)
_COMMANDS = frozenset(
    "command-line-password command-line-user database-client-password "
    "client-option-password".split()
)
_COMMAND = (
    "Give it in a file or in the environment: every user of a machine can read its command lines."
)
_SESSIONS = frozenset("session-id cookie one-time-code spoken-code gitlab-session".split())
_SESSION = (
    "End the sessions that were logged: who has the value is taken for the user until it runs out."
)
_HASHES = ("-hash", "-verifier")
_HASH = "Passwords are guessed from their hashes: treat those behind a logged hash as known."
_PERSONAL = frozenset(
    "email iban phone phone-field ipv4-address ipv6-address mac-address date-of-birth imei us-ssn "
    "us-ssn-field uk-nino uk-nhs-number de-steuer-id fr-nir fr-nir-field es-dni "
    "it-codice-fiscale nl-bsn be-national-number be-national-number-field pl-pesel "
    "se-personnummer se-personnummer-field fi-hetu pt-nif ch-ahv br-cpf br-cpf-field br-cnpj "
    "br-cnpj-field in-aadhaar in-aadhaar-field ca-sin au-tfn au-medicare no-fodselsnummer ie-pps "
    "cn-resident-id".split()
)
_PERSON = (
    "Log an internal id in place of a person's data: what is logged about somebody must be found "
    "and deleted when they ask."
)
_PASSWORDS = ("password", "passphrase")
_PASSWORD = "Change the password if it is in use, and look where else it is."  # noqa: S105  # advice
_KEY = (
    "Revoke it where it was issued and make a new one: copies of logs are in places that nobody "
    "cleans."
)


def advice_on(leak: Leak) -> tuple[str, str]:
    """Return what to do about *leak*: a sentence on the call, and one on the secret."""
    return _EXITS.get(leak.exit, _ANY_EXIT), _on_secret(leak)


def _on_secret(leak: Leak) -> str:
    rule = leak.rule
    if leak.canary:
        return _CANARY
    if rule == "known-value":
        return _KNOWN
    if rule in _CARDS:
        return _CARDS[rule]
    if rule.startswith("card-") or rule == "pin":
        return _CARD_AUTHENTICATION
    if rule in _PERSONAL:
        return _PERSON
    if rule in _ADDRESSES:
        return _ADDRESS
    if rule in _COMMANDS:
        return _COMMAND
    if rule in _SESSIONS:
        return _SESSION
    if rule.endswith(_HASHES):
        return _HASH
    if rule.endswith(_PASSWORDS):
        return _PASSWORD
    return _KEY
