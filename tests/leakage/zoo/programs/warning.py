"""A warning about a value."""

import warnings


def leaky(made):
    warnings.warn(f"password={made.password} is too short")  # leak: warnings


def clean(made):
    warnings.warn("the password is too short")
