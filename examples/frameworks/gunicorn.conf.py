"""
Settings of gunicorn; it reads this file by itself where it is started.

Run it with ``gunicorn gunicorn_app:app``.
"""

import redactor

# Here and not in the application: the main process runs this file before it makes its loggers, and
# the workers are forked from it.
redactor.install()

import os

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = 2
loglevel = "debug"
accesslog = "access.log"
access_log_format = '%(h)s "%(r)s" %(s)s %(b)s "%(f)s" "%(a)s" "%({cookie}i)s"'
errorlog = "-"
raw_env = [f"PAYMENT_API_KEY={os.environ.get('PAYMENT_API_KEY', '')}"]
