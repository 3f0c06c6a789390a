"""A line that two calls print."""


def leaky(made):
    print("password=", end="")
    print(made.password)  # leak: stdout


def clean(made):
    print("password=", end="")
    print()
