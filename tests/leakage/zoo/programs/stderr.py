"""What a program writes to standard error."""

import sys


def leaky(made):
    sys.stderr.write(f"api_key={made.token}\n")  # leak: stderr


def clean(made):
    sys.stderr.write("no api key\n")
