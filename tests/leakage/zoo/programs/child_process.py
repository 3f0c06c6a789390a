"""A program that the program starts."""

import subprocess
import sys
from pathlib import Path

CHILD = Path(__file__).with_name("child_process.py")


def run(*arguments):
    subprocess.run([sys.executable, str(CHILD), *arguments], check=True)


def leaky(made):
    run("password=" + made.password)


def clean(made):
    run("done")


if __name__ == "__main__":
    import logging

    logging.basicConfig(level=logging.INFO)
    logging.info("child: %s", sys.argv[1])  # leak: logging
