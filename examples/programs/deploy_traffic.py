"""Run ``deploy.sh`` a few times with made-up secrets in the environment."""

from __future__ import annotations

import os
import pathlib
import subprocess
from typing import Any

from local_server import Answer, json_answer, start
from made_up import MadeUp


def answer(method: str, path: str, body: bytes, headers: Any) -> Answer:
    """All servers of the deployment."""
    return json_answer({"ok": True}, 404 if ".git" in path else 200)


def main() -> None:
    """The whole run."""
    made = MadeUp("deploy")
    start(answer, 9030)
    folder = pathlib.Path("/srv/app/run/build")
    folder.mkdir(exist_ok=True)
    for name in ("main.css", "index.html", *(f"chunk-{number:02}.js" for number in range(14))):
        (folder / name).write_text("x" * 500)
    for number in range(6):
        values = {
            "VERSION": f"1.4.{number}-{made.hex(7)}",
            "DB_PASSWORD": made.password(),
            "API_TOKEN": made.b64_token(32),
            "DEPLOY_PASSWORD": made.password(safe=True),
            "HOOK": made.slack_hook(),
            "GIT_TOKEN": made.github(),
            "NPM_TOKEN": made.npm(),
            "KEY_ID": made.aws_id(),
            "KEY_SECRET": made.aws_secret(),
        }
        # curl turns "user:password" into base64 by itself.
        made.note_basic("deploy", values["DEPLOY_PASSWORD"])
        environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C", **values}
        subprocess.run(
            ["/bin/bash", "/srv/app/deploy.sh"],
            cwd=folder, env=environment, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip


main()
