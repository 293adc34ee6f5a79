"""What Schemathesis is told of relais: who asks, and what may never be in their answer."""

import io
import itertools
import os
import re
import zipfile

import schemathesis

VIEWER = os.environ["VIEWER"]
with open(os.environ["TOKENS"], encoding="utf-8") as tokens:
    TOKENS = itertools.cycle(tokens.read().split() or [""])

# In Koutiala alone: what was written there, and its codes where figures or reports bear them.
FOREIGN = ["T77", "kalanso", "70000002", "ML030401"]
# What someone wrote, and who they are.
WRITTEN = ["DEP T45", "OK DEP", "+2237", "Awa"]


@schemathesis.hook
def before_call(context, case, kwargs):
    """Brings the next token, or none."""
    token = next(TOKENS)
    headers = case.headers if case.headers is not None else {}
    headers.pop("Authorization", None)
    if token:
        headers["Authorization"] = f"Bearer {token}"
    case.headers = headers


def note_seen(text):
    """Notes that what this viewer may see was really met, or nothing would have been looked for."""
    own = {"admin": "kalanso", "kadiolo": "DEP T45", "read": "ML030201"}.get(VIEWER)
    if own and own in text:
        with open(os.environ["SEEN"], "w", encoding="utf-8") as seen:
            seen.write(own)


def told(response):
    """What an answer says; of a spreadsheet, what is packed in it."""
    if not response.content.startswith(b"PK"):
        return response.text
    with zipfile.ZipFile(io.BytesIO(response.content)) as sheet:
        return "\n".join(sheet.read(name).decode(errors="replace") for name in sheet.namelist())


@schemathesis.check
def no_data_without_a_right(context, response, case):
    """Nobody sees anything, an area sees itself, and who may only read sees no person."""
    text = told(response)
    if case.path == "/api/v1/openapi.json" or response.status_code == 429:
        return
    if VIEWER == "nobody":
        assert response.status_code in (400, 401, 404, 405), f"{response.status_code} for nobody: {text[:300]}"
    if response.status_code != 200:
        # A refusal repeats what was asked.
        return
    note_seen(text)
    hidden = []
    if VIEWER in ("nobody", "read", "kadiolo"):
        hidden += FOREIGN
    if VIEWER in ("nobody", "read"):
        hidden += WRITTEN
    for word in hidden:
        assert not re.search(re.escape(word), text), f"{word} is shown to {VIEWER}: {text[:300]}"
