"""Bytes, past the text layer of standard output."""

import sys


def leaky(made):
    sys.stdout.buffer.write(f"password={made.password}\n".encode())  # leak: stdout
    sys.stdout.buffer.flush()


def clean(made):
    sys.stdout.buffer.write(b"done\n")
    sys.stdout.buffer.flush()
