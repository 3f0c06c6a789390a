"""The policy that ``redactor config init`` writes."""

from __future__ import annotations

__all__ = ["TEMPLATE"]

TEMPLATE = """\
# The policy of redactor. See what it comes to with: redactor config show

# What to start from.
#   standard: card data, passwords, keys, tokens
#   strict:   the same and personal data (mail addresses, IBANs, phone numbers, national ids)
preset = "standard"

# What leaves: everything but secrets (scrub), or nothing but declared metadata (metadata-only).
# mode = "metadata-only"

# More packs: names of those that come with redactor (redactor rules list), or paths of your own.
# Paths start from the folder of this file.
# packs = ["personal", "my-rules.toml"]

# Rules that are switched off.
# disable = ["card-expiry"]

# What stands in a secret's place, by rule. `default` is for all others.
#   tag:         [redacted:card]
#   mask:        [redacted:card:****1111], for values of at least twelve letters and digits
#   hmac:        [redacted:card:k1:0123456789abcdef], the same for the same secret; needs a key
#   summary:     [document application/pdf 18 KB], for documents
#   drop-field:  the field is removed; in plain text as tag
#   drop-record: the whole line or record is removed
# [actions]
# default = "tag"
# card = "mask"

# Key names of your own, by words: "door code" is door_code, doorCode and DOOR-CODE.
# [fields]
# secret = ["door code"]   # their values are secret, whatever they look like
# safe = ["public token"]  # their values are never judged by their key
# "request.headers.*" = "drop-field"  # fields of records by their path, and what happens to them

# Findings that are no secrets. What else is found beside them stays found.
# [[exceptions]]
# reason = "test cards of the payment sandbox"
# rules = ["card"]
# values = ["4111111111111111"]
# until = 2030-12-31  # counts to the end of this day
#
# [[exceptions]]
# reason = "the probe signs in with a password that opens nothing"
# path = "probe.**"

# In the mode metadata-only: fields by their path, and the shape of their values.
# [metadata]
# templates = []  # files that redactor templates collect has written
# [metadata.fields]
# "**.tier" = ["free", "gold"]
# "request.tag" = "uuid"

# The key of the action hmac: at least 32 bytes, from a variable or a file.
# Make one with: openssl rand -hex 32
# [hmac]
# key_env = "REDACTOR_HMAC_KEY"
# key_id = "k1"

# Secrets of the process itself, which `redactor.install()` looks up in the environment and in the
# folders where secrets are mounted. `*` stands for any characters.
# [known]
# env = ["LICENSE", "VAULT_*"]   # more variables
# files = ["/etc/shop/*.key"]    # more files
# safe = ["SESSION_ID"]          # variables and names of files that hold no secret

# Where `redactor filter` delivers to. Default: standard output.
# [[sinks]]
# to = "-"
#
# [[sinks]]
# to = "file:clean.log"
#
# [[sinks]]
# to = "loki:http://localhost:3100"
# labels = { job = "shop" }
# tenant = "team-a"
# token_env = "LOKI_TOKEN"        # or: user and password_env, token_file, ca_file
# spool = "/var/spool/redactor"   # what is not delivered yet; false keeps it in memory
# durability = "system"           # disk: safe from a power cut too
# back_pressure = "auto"          # block, drop-oldest, drop-newest, sample
"""
