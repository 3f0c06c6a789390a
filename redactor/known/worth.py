"""
Is a value worth removing wherever it stands?

What a program registers always is. What is found in its environment must be long or varied enough,
and no word that logs are full of: a database whose password is ``postgres`` must not take the name
of the database out of every line.
"""

from __future__ import annotations

import re
from itertools import groupby

from redactor.checks.secrecy import is_benign, looks_secret

__all__ = ["looks_random", "worth"]

#: Fewest characters, and those of a value that has three kinds of them.
_ENOUGH = 8
_SHORT = 6
_KINDS = 3
#: A text of digits and the signs of dates, addresses and versions says more from this size on.
_LONG_NUMBER = 16
#: Words of values that are no secret, or that everybody knows.
_WORDS = frozenset(
    """
    access account admin administrator adminadmin agent airflow alice amazonaws amqp anonymous api
    app application apps auth azure backend backup bar base basic bearer beta billing bob broker
    bucket cache celery central change changeit changeme changethis chart client cloud cluster
    compose config configuration console consumer container context cookie core credential
    credentials dashboard data database databases datadog db debug default demo deploy deployment
    dev developer development digitalocean disable disabled django docker domain dummy east eastus
    elastic elasticsearch email enable enabled engine env environment error eu europe event events
    example external fake false fastapi file files flask foo foobar frontend gateway git github
    gitlab global google grafana group guest gunicorn hash header health hello helm host hostname
    http https iam id image index influxdb info ingress instance integration internal jaeger java
    jenkins job jwt kafka key keycloak keyring keys kibana kubernetes latest letmein level library
    linux live local localdomain localhost log logger logging login logs loki main manager master
    memcached memory message metrics minio minioadmin mobile mode module mongo mongodb monitoring
    my mypassword mysecret mysecretpassword mysql name namespace network nginx nobody node none
    north null oauth object online opensearch operator optional oracle order orders org owner
    package pass passphrase passw0rd passwd password payment payments pipeline plain platform pod
    policy port postgres postgresql pre preprod prefect primary private prod product production
    profile project prometheus protected proxy public pwd python qa queue rabbitmq read readonly
    redis redshift reference region registry release remote replace replica report request required
    reset role root rw sample sandbox schema scheduler search secret secretkey secrets security
    sentry server service services session sessions shared shop site some south spring sqlite ssl
    stage staging standard static status storage store stream string sudo super superadmin
    superuser supersecret supervisor support system tenant test tester testing tests tls todo token
    tomcat tool traefik true ubuntu unknown unset update upstream url user username users value
    vault vector version virtual web webapp webhook welcome west work worker workers write www xxx
    yes your zookeeper qwerty abc abcd abcdef abcdefgh iloveyou
    """.split()
)
# Compiled when a value comes to them: in most environments none does.
_PATH = r"(?:[A-Za-z]:)?(?:~|\.{1,2})?(?:[/\\][\w.@+ ~-]*)+|(?:[\w.-]+/)+[\w.-]+"
_HOST = r"[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z][A-Za-z0-9-]*)+(?::\d{1,5})?"
_ADDRESS = r"(?i:[a-z][a-z0-9+.-]*://|arn:|urn:).*"
_NUMBERS = r"[\d.:,/+_ -]+"
_WORD = r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])"


def worth(value: str) -> bool:
    """
    Say whether *value*, which is under the name of a secret, is worth removing everywhere.

    >>> worth("hunter2hunter2"), worth("S3cr3t!"), worth("production"), worth("postgres-admin1")
    (True, True, False, False)
    """
    if len(value) < _SHORT or is_benign(value.encode("utf-8", "surrogatepass"), quoted=True):
        return False
    if len(value) < _ENOUGH and _kinds(value) < _KINDS:
        return False
    if len(list(groupby(value))) < 3:
        return False
    if value.isascii() and value.isdigit():
        return True
    if re.fullmatch(_NUMBERS, value) and len(value) < _LONG_NUMBER:
        return False
    return not (
        re.fullmatch(_ADDRESS, value) or is_path(value) or is_host(value) or _is_common(value)
    )


def looks_random(value: str) -> bool:
    """Say whether *value*, under a name that says nothing, is random enough to be a secret."""
    return worth(value) and looks_secret(value.encode("utf-8", "surrogatepass"), quoted=True)


def is_path(value: str) -> bool:
    """
    Say whether *value* looks like the path of a file: its parts are words with few digits.

    >>> is_path("/etc/tls/server.key"), is_path("/9j4AAQ/SkZ1JRg8k2+Qw")
    (True, False)
    """
    return bool(re.fullmatch(_PATH, value)) and all(map(_is_name, re.split(r"[/\\]", value)))


def is_host(value: str) -> bool:
    """
    Say whether *value* looks like the name of a host or of a module.

    >>> is_host("db-1.internal.example:5432"), is_host("eyJhbGciOiJIUzI1NiJ9.eyJzdWIi.c2ln")
    (True, False)
    """
    return bool(re.fullmatch(_HOST, value)) and all(
        map(_is_name, value.partition(":")[0].split("."))
    )


def _is_name(part: str) -> bool:
    """Say whether the *part* of a path or a host is of words in one case, with few digits."""
    words = re.split(r"[^A-Za-z]+", part)
    cased = all(word in (word.lower(), word.upper(), word.capitalize()) for word in words)
    return cased and sum(char.isdigit() for char in part) <= 2 and len(part) <= 40


def _kinds(value: str) -> int:
    return sum(
        (
            any(char.islower() for char in value),
            any(char.isupper() for char in value),
            any(char.isdigit() for char in value),
            any(not char.isalnum() for char in value),
        )
    )


def _is_common(value: str) -> bool:
    """
    Say whether *value* is of words of the list, with little besides.

    Up to four signs and digits, and words of two letters: ``us-east-1``, ``Password123!``.
    """
    bare = value.strip("0123456789!?.-_#$@*").lower()
    words = re.findall(_WORD, value)
    long = [word for word in words if len(word) > 2]
    rest = len(value) - sum(map(len, words)) - value.count("-") - value.count("_")
    return bare in _WORDS or (
        value.isascii()
        and rest <= 4
        and bool(long)
        and all(word.lower() in _WORDS for word in long)
        and 2 * sum(map(len, long)) > len(value) - value.count("-") - value.count("_")
    )
