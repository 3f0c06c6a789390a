"""
A backup into cloud storage, with boto3's debug log.

The credentials and the address of the service come from the environment, as boto3 reads them.
"""

import redactor

redactor.install()

import base64
import json
import logging
import os

import boto3

boto3.set_stream_logger("")
log = logging.getLogger("backup")


def main():
    log.info("backup starts with %s", {k: v for k, v in os.environ.items() if k[:4] == "AWS_"})
    vault = boto3.client("secretsmanager")
    secret = json.loads(vault.get_secret_value(SecretId="prod/db")["SecretString"])
    log.info("user of the database: %s", secret["username"])
    role = boto3.client("sts").assume_role(
        RoleArn="arn:aws:iam::123456789012:role/backup", RoleSessionName="nightly"
    )
    log.debug("role: %s", role["Credentials"])
    storage = boto3.client("s3")
    storage.put_object(
        Bucket="backups",
        Key="shop.dump",
        Body=b"dump",
        SSECustomerAlgorithm="AES256",
        SSECustomerKey=base64.b64decode(os.environ["BACKUP_KEY"]),
    )
    link = storage.generate_presigned_url(
        "get_object", Params={"Bucket": "backups", "Key": "shop.dump"}
    )
    log.info("stored: %s", link)


if __name__ == "__main__":
    main()
