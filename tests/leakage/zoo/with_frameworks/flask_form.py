"""Flask: a view that logs its form."""

import flask

app = flask.Flask(__name__)


@app.post("/login")
def login():
    app.logger.warning("form: %s", dict(flask.request.form))  # leak: logging
    return "ok"


def leaky(made):
    app.test_client().post("/login", data={"user": "bob", "password": made.password})


def clean(made):
    app.test_client().post("/login", data={"user": "bob"})
