"""Objects of the caller: not changed, not held back, and nothing that they do stops a log call."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.exits.loguru.programs import Planted

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exits.loguru.programs import Left


def test_objects_of_the_caller_stay_as_they_are(run: Callable[..., Left]) -> None:
    """
    Dictionaries, lists, exceptions and contexts that were logged hold the same afterwards, and a
    patcher that keeps its record keeps it as it was.
    """
    planted = Planted("field", "error", "context")

    left = run(
        """
        import copy
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{message} {extra}")
        logger.add("a.log", serialize=True, filter=lambda record: True)
        records = []
        logger.configure(patcher=records.append)
        field = {"password": secret("field"), "list": [{"token": secret("field")}]}
        before = copy.deepcopy(field)
        bound = logger.bind(field=field, password=secret("context"))
        error = ValueError("password=" + secret("error"), field)
        try:
            raise error
        except ValueError:
            bound.exception("failed")
        assert field == before
        assert error.args == ("password=" + secret("error"), field) and error.__dict__ == {}
        frame = error.__traceback__.tb_frame
        assert frame.f_locals["field"] is field and error.__traceback__.tb_next is None
        [record] = records
        assert record["extra"] == {"field": field, "password": secret("context")}
        assert record["extra"]["field"] is field
        assert record["exception"].value is error and len(record) == 13
        """,
        planted=planted,
    )

    assert b"" == left.err
    assert set() == planted.found_in(left.everything())


def test_nothing_is_held_back(run: Callable[..., Left]) -> None:
    """
    After the call nothing keeps the record, its fields or its exception alive.
    """
    left = run(
        """
        import gc, weakref
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{message} {extra[token]}")
        logger.add("a.log", filter=lambda record: True, backtrace=True)
        logger.add(lambda message: message.record["exception"] and None)
        class Field:
            pass
        def failing(field):
            raise ValueError("password=Falcon77")
        gc.disable()
        for clean in (True, False):
            field = Field()
            alive = weakref.ref(field)
            bound = logger.bind(field=field, token="x" if clean else "Falcon77Harbor")
            try:
                failing(field)
            except ValueError:
                bound.exception("failed")
            bound.info("again")
            del bound, field
            gc.collect()
            print(alive() is None)
        """
    )

    assert b"True" == left.out.splitlines()[-1]
    assert 2 == left.out.splitlines().count(b"True")


def test_attributes_that_a_format_asks_for_are_redacted(run: Callable[..., Left]) -> None:
    """
    A format that asks an object in ``extra`` for an attribute or an item gets it redacted by its
    name, also where the object itself shows nothing.
    """
    planted = Planted("attribute", "item", "property", "slot")

    left = run(
        """
        from loguru import logger
        logger.remove()
        class User:
            __slots__ = ("name", "password", "items")
            def __init__(self):
                self.name, self.password = "bob", secret("attribute")
                self.items = {"token": secret("item"), "n": 4}
            @property
            def api_key(self):
                return secret("property")
        logger.add(
            sys.stdout,
            format="{extra[user].name} {extra[user].password} {extra[user].items[token]} "
            "{extra[user].items[n]} {extra[user].api_key}",
            filter=lambda record: record["extra"]["user"].name == "bob",
        )
        logger.bind(user=User()).info("hello")
        """,
        planted=planted,
    )

    assert b"" == left.err
    assert (b"bob [redacted:password] [redacted:token] 4 [redacted:api-key]\n") == left.out


def test_a_number_that_is_redacted_takes_the_format_of_a_number(run: Callable[..., Left]) -> None:
    """
    Where a card number is an integer and the format one for integers, the line still leaves.
    """
    left = run(
        """
        from loguru import logger
        logger.remove()
        logger.add(sys.stdout, format="{extra[card]:020d} {extra[ratio]:.2f} {message}")
        logger.bind(card=4111111111111111, ratio=4111111111111111.0).info("paid")
        """
    )

    assert b"" == left.err
    assert b"[redacted:card]" in left.out
    assert left.out.endswith(b" paid\n")
    assert b"411111" not in left.out


@pytest.mark.parametrize("options", ["", ", serialize=True", ", enqueue=True"])
def test_hostile_objects(run: Callable[..., Left], options: str) -> None:
    """
    Whatever an object does when it is asked, each call ends, its line leaves, and it is bounded.
    """
    planted = Planted("hidden", "said", "keys", "deep", "logged", "text")

    left = run(
        f"""
        import threading, time
        from loguru import logger
        logger.remove()
        logger.add("out.log", format="{{message}} {{extra}}"{options})
        """
        """
        class Raising:
            def __repr__(self):
                raise ValueError("password=" + secret("said"))
        class Exiting:
            def __repr__(self):
                raise SystemExit(3)
        class Recursive:
            def __repr__(self):
                return repr(self)
        class Logging:
            def __repr__(self):
                logger.info("inside password=" + secret("logged"))
                return "logging"
        class Huge:
            def __repr__(self):
                return "x" * 50_000_000
        class Changing:
            def __init__(self):
                self.asked = 0
            def __repr__(self):
                self.asked += 1
                return "password=" + secret("hidden") if self.asked > 1 else "harmless"
        class Text(str):
            def __str__(self):
                return "password=" + secret("text")
            __repr__ = __format__ = lambda self, *_: str(self)
        class Half:
            def __getattr__(self, name):
                raise RuntimeError("password=" + secret("said"))
        cycle = {}
        cycle["self"] = [cycle]
        deep = {"password": secret("deep")}
        for _ in range(1_000):
            deep = {"deeper": deep}
        many = {f"key_{number}": number for number in range(10_000)} | {"password": secret("keys")}
        values = [
            Raising(), Exiting(), Recursive(), Logging(), Huge(), Changing(), Text("x"), Half(),
            cycle, deep, many, b"password=" + secret("said").encode(), float("nan"), 10**5_000,
        ]
        sys.set_int_max_str_digits(0)
        for number, value in enumerate(values):
            logger.bind(value=value).info("line {}", number)
        logger.remove()
        """,
        planted=planted,
    )

    lines = left.files["out.log"]
    assert 0 == left.code, left.err.decode()
    assert set() == planted.found_in(left.everything())
    for number in range(14):
        assert b"line %d" % number in lines
    assert len(lines) < 5_000_000
    assert b"Logging error in Loguru" not in left.err, left.err.decode()


def test_a_sink_that_logs(run: Callable[..., Left]) -> None:
    """
    A sink may log through another handler; both lines leave redacted and in full.
    """
    planted = Planted("outer", "inner")

    left = run(
        """
        from loguru import logger
        logger.remove()
        def sink(message):
            if "inner" not in message:
                bound = logger.bind(inner=True, password=secret("inner"))
                bound.info("inner {}", message.record["extra"])
        logger.add(sink, filter=lambda record: "inner" not in record["extra"])
        logger.add(sys.stdout, format="{message} {extra}")
        logger.bind(token=secret("outer")).info("outer")
        """,
        planted=planted,
    )

    assert b"" == left.err
    assert (
        b"inner {'token': '[redacted:token]'} {'inner': True, 'password': '[redacted:password]'}\n"
        b"outer {'token': '[redacted:token]'}\n"
    ) == left.out
