"""A RapidSMS 2.2 project as one would deploy it for speed: no debugging, no middleware it can do without, connections
kept open, SQLite with WAL, write transactions that begin as such and are held no longer than needed.

Settings that a comparison depends on can be changed from outside, so that the choices in the README can be tried again.
"""

import os

DEBUG = False
SECRET_KEY = "made up: nothing here is signed"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
USE_TZ = True
TIME_ZONE = "Africa/Bamako"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "rapidsms",
    "rapidsms.contrib.handlers",
    "screening",
]

# Sets Content-Length: without it every answer would be chunked.
MIDDLEWARE = ["django.middleware.common.CommonMiddleware"]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": os.environ["PEER_DATABASE"],
        "CONN_MAX_AGE": None,
        # The handler's own transaction holds report and sums, and the reply has its own: with the whole request in one
        # there is one fsync less, but the lock is held while Python works, and fewer messages come through.
        "ATOMIC_REQUESTS": os.environ.get("PEER_ATOMIC", "0") == "1",
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 60,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-4096; "
            "PRAGMA mmap_size=33554432; PRAGMA temp_store=MEMORY;",
        },
    }
}

# The blocking router answers once everything is stored. The database router would answer before, and count later in
# Celery workers: less is promised, and more work done.
RAPIDSMS_ROUTER = "rapidsms.router.blocking.BlockingRouter"
INSTALLED_BACKENDS = {"at": {"ENGINE": "screening.backend.QueueBackend"}}
RAPIDSMS_HANDLERS = ["screening.handlers.DepHandler"]

# A line for each message would only cost it time.
LOGGING = {
    "version": 1,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
