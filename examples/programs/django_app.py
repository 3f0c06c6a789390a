"""A Django site in one file, run with ``runserver``; its SQL is logged at level DEBUG.

Usage: ``django_app.py migrate`` and ``django_app.py runserver --noreload --nothreading PORT``
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any
from urllib.parse import urlparse

import django
from django.conf import settings
from django.core.management import execute_from_command_line
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from made_up import MadeUp

DATABASE_URL = os.environ.get("DATABASE_URL", "")
SECRET_KEY = os.environ.get("SECRET_KEY", "made-up-and-not-used")

settings.configure(
    DEBUG=True,
    SECRET_KEY=SECRET_KEY,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    USE_TZ=True,
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    DATABASES={
        "default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "/srv/app/run/site.sqlite3"},
    },
    LOGGING={
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(levelname)s %(asctime)s %(name)s %(message)s"}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
        "loggers": {
            "shop": {"handlers": ["console"], "level": "DEBUG"},
            "django.db.backends": {
                "handlers": ["console"],
                "level": os.environ.get("SQL_LEVEL", "INFO"),
                "propagate": False,
            },
        },
    },
)
django.setup()

from django.contrib.auth import authenticate, get_user_model  # noqa: E402
from django.contrib.auth.tokens import default_token_generator  # noqa: E402

log = logging.getLogger("shop")
note = MadeUp("django").note  # what Django makes itself, such as hashes and reset tokens


def home(request: HttpRequest) -> HttpResponse:
    """A page."""
    return HttpResponse("shop")


def login(request: HttpRequest) -> HttpResponse:
    """Log in; whoever wrote this wanted to see what arrives."""
    log.debug("login form: %s", request.POST)
    user = authenticate(request, username=request.POST.get("username"), password="x")
    if user is None:
        log.warning("login failed: %r", dict(request.POST))
        return HttpResponse("no", status=401)
    return HttpResponse("yes")


def register(request: HttpRequest) -> HttpResponse:
    """Make an account: the hash of the password gets into the SQL."""
    model: Any = get_user_model()
    user, made = model.objects.get_or_create(username=request.POST["username"])
    user.set_password(request.POST["password"])
    user.save()
    note("password_hash", user.password)
    request.session["user"] = user.pk
    log.info("registered %s (new: %s)", user.username, made)
    return HttpResponse("yes")


def forgot(request: HttpRequest) -> HttpResponse:
    """Send a reset link."""
    model: Any = get_user_model()
    user = model.objects.first()
    token = default_token_generator.make_token(user)
    note("token", token)
    log.info("sent http://127.0.0.1:8000/reset/MQ/%s/ to %s", token, user.username)
    return HttpResponse("yes")


def pay(request: HttpRequest) -> HttpResponse:
    """Fail with the card in the message."""
    card = request.POST["card"]
    if len(card) % 2:
        raise ValueError(f"unknown issuer for card {card}")
    try:
        return JsonResponse({"limit": {"visa": 100}[card]})
    except KeyError as error:
        raise RuntimeError("no limit for the card") from error


def reports(request: HttpRequest) -> HttpResponse:
    """Read the address of the report database; its password has a slash in it."""
    log.info("META: %s", {k: v for k, v in request.META.items() if k.startswith("HTTP_")})
    address = urlparse(DATABASE_URL)
    return HttpResponse(f"{address.hostname}:{address.port}")


def api(request: HttpRequest) -> HttpResponse:
    """An API route that answers 403 without a key."""
    log.info("api headers %s", request.headers)
    return HttpResponse(status=403)


urlpatterns = [
    path("", home),
    path("login/", login),
    path("register/", register),
    path("forgot/", forgot),
    path("pay/", pay),
    path("reports/", reports),
    path("api/", api),
]

if __name__ == "__main__":
    if "runserver" in sys.argv:
        log.info("using DATABASE_URL=%s", DATABASE_URL)
        log.debug("settings: %r", {"DEBUG": True, "SECRET_KEY": SECRET_KEY, "LANG": "en"})
    execute_from_command_line(sys.argv)
