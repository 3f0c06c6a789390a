"""A line that was left in after debugging."""


def leaky(made):
    print("user:", "bob", "password:", made.password)  # leak: stdout


def clean(made):
    print("user:", "bob")
