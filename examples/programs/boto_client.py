"""Calls of a cloud client (botocore) at level DEBUG, against a server on the loopback."""

from __future__ import annotations

import base64
import hashlib
import json
import logging
import platform
import sys
from typing import Any

# The client puts the release of the kernel into its user agent: use a neutral one.
platform.release = lambda: "6.1.0"

import botocore.session  # noqa: E402
from botocore.config import Config  # noqa: E402
from botocore.exceptions import ClientError  # noqa: E402
from local_server import Answer, json_answer, start  # noqa: E402
from made_up import MadeUp  # noqa: E402

MADE = MadeUp("boto")
RNG = MADE.rng
PORT = 9010
log = logging.getLogger("backup")


def answer(method: str, path: str, body: bytes, headers: Any) -> Answer:
    """The cloud: storage, secrets, parameters, roles and logins."""
    target = headers.get("X-Amz-Target", "")
    if target.endswith("GetSecretValue"):
        secret = {"username": "shop", "password": MADE.password(), "host": "db.example.com"}
        return json_answer({"Name": "prod/db", "SecretString": json.dumps(secret)})
    if target.endswith("GetParameter"):
        value = MADE.password()
        return json_answer({"Parameter": {"Name": "/prod/smtp/password", "Value": value}})
    if target.endswith("InitiateAuth"):
        tokens = {"AccessToken": MADE.jwt(), "RefreshToken": MADE.b64_token(60), "ExpiresIn": 3600}
        return json_answer({"AuthenticationResult": tokens})
    if b"Action=AssumeRole" in body:
        text = (
            '<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">'
            "<AssumeRoleResult><Credentials>"
            f"<AccessKeyId>{MADE.aws_id('ASIA')}</AccessKeyId>"
            f"<SecretAccessKey>{MADE.aws_secret()}</SecretAccessKey>"
            f"<SessionToken>{MADE.b64_key(180, 'session_token')}</SessionToken>"
            "<Expiration>2026-12-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
            "</AssumeRoleResponse>"
        )
        return 200, {"Content-Type": "text/xml"}, text.encode()
    if "missing" in path:
        text = "<Error><Code>NoSuchKey</Code><Message>no such key</Message></Error>"
        return 404, {"Content-Type": "application/xml"}, text.encode()
    return 200, {"ETag": f'"{MADE.hex(32)}"', "x-amz-request-id": MADE.hex(16).upper()}, b""


class NoteSignatures(logging.Handler):
    """Notes the signatures that the client logs."""

    def emit(self, record: logging.LogRecord) -> None:
        """Note one."""
        if str(record.msg).startswith("Signature:"):
            MADE.note("signature", record.getMessage().split("\n")[1])


def client(session: Any, service: str) -> Any:
    """A client of one service at the local server."""
    return session.create_client(
        service,
        region_name="eu-west-1",
        endpoint_url=f"http://127.0.0.1:{PORT}",
        config=Config(retries={"max_attempts": 0}),
    )


def main() -> None:
    """The whole run."""
    start(answer, PORT)
    logging.basicConfig(
        level=logging.DEBUG,
        format="%(asctime)s %(name)s [%(levelname)s] %(message)s",
        stream=sys.stdout,
    )
    logging.getLogger("botocore.auth").addHandler(NoteSignatures())
    session = botocore.session.Session()
    key_id, secret = MADE.aws_id(), MADE.aws_secret()
    session.set_credentials(key_id, secret, MADE.b64_key(120, "session_token"))
    log.info("using AWS_ACCESS_KEY_ID=%s AWS_SECRET_ACCESS_KEY=%s", key_id, secret)
    storage = client(session, "s3")
    for number in range(3):
        storage.put_object(Bucket="backups", Key=f"db-{number}.dump", Body=b"x" * 64)
        log.info("stored db-%d.dump", number)
    raw = RNG.randbytes(32)
    key = base64.b64encode(raw).decode()
    MADE.note("sse_c_key", key)
    storage.put_object(
        Bucket="backups",
        Key="cards.csv",
        Body=b"number,name",
        SSECustomerAlgorithm="AES256",
        SSECustomerKey=key,
        SSECustomerKeyMD5=base64.b64encode(hashlib.md5(raw).digest()).decode(),
    )
    try:
        storage.get_object(Bucket="backups", Key="missing.dump")
    except ClientError as error:
        log.warning("no backup: %s", error)
    link = storage.generate_presigned_url(
        "get_object", Params={"Bucket": "backups", "Key": "db-1.dump"}, ExpiresIn=900
    )
    MADE.note("signature", link.split("Signature=")[1].split("&")[0])
    log.info("download link: %s", link)
    vault = client(session, "secretsmanager")
    loaded = json.loads(vault.get_secret_value(SecretId="prod/db")["SecretString"])
    log.debug("loaded secret for %s", loaded["username"])
    parameters = client(session, "ssm")
    parameters.get_parameter(Name="/prod/smtp/password", WithDecryption=True)
    roles = client(session, "sts")
    roles.assume_role(RoleArn="arn:aws:iam::123456789012:role/backup", RoleSessionName="nightly")
    logins = client(session, "cognito-idp")
    logins.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId="shop-web-client",
        AuthParameters={"USERNAME": MADE.user(), "PASSWORD": MADE.password()},
    )


main()
