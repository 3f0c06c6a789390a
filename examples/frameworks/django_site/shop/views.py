"""Pages of the shop."""

import json
import logging
import warnings

from django.contrib.auth import authenticate, get_user_model
from django.http import JsonResponse
from shop.models import Customer

log = logging.getLogger("shop")


def order(request, token):
    log.info("order %s", json.loads(request.body))
    log.debug("raw body %s", request.body)
    return JsonResponse({"ok": True})


def login(request):
    log.info("login %s", request.POST)
    user = get_user_model().objects.create_user(request.POST["username"])
    user.set_password(request.POST["password"])
    user.save()
    authenticate(request, **request.POST.dict())
    return JsonResponse({"ok": True})


def upload(request):
    content = request.FILES["file"].read()
    log.info("upload %s: %r", request.POST.dict(), content)
    return JsonResponse({"ok": True})


def customers(request):
    customer = Customer.objects.create(**json.loads(request.body))
    log.info("new customer %s: %r", customer.pk, customer)
    return JsonResponse({"ok": True})


def ask_partner(password, secret_key):
    address = f"postgres://shop:{password}@db.example.com:5432/stock"
    raise ConnectionError(f"cannot connect to {address}")


def partner(request):
    body = json.loads(request.body)
    try:
        ask_partner(body["password"], body["secret_key"])
    except ConnectionError:
        log.exception("the partner of user %d does not answer", body["user_id"])
    return JsonResponse({"ok": True})


def charge(request):
    body = json.loads(request.body)
    headers = {"Authorization": f"Bearer {body['token']}"}
    raise RuntimeError(f"the gateway refused card {body['card']}")


def old(request):
    token = json.loads(request.body)["token"]
    warnings.warn(f"/old?token={token} is deprecated", FutureWarning)
    return JsonResponse({"use": "/orders"})
