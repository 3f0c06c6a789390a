"""A usage error that repeats what was given."""

import argparse


def run(value):
    parser = argparse.ArgumentParser(prog="shop", exit_on_error=True)
    parser.add_argument("--count", type=int)
    try:
        parser.parse_args(["--count", value])  # leak: stderr
    except SystemExit:
        pass


def leaky(made):
    run("x" + made.card)


def clean(made):
    run("x")
