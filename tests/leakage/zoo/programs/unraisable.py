"""An exception in a destructor."""


class Session:
    def __init__(self, message):
        self.message = message

    def __del__(self):
        raise ValueError(self.message)  # leak: tracebacks


def leaky(made):
    Session("session_token=" + made.token)


def clean(made):
    Session("no session")
