"""What the scripts share that drive a client with its defaults: the case, the steps, the version."""

import contextlib
import json
import os
import sys
from importlib.metadata import version

import requests

the = json.loads(os.environ["JETON_CASE"])
SCOPE = "openid profile offline_access"


def runs(package):
    """Says which version of a package runs."""
    print(f"version {version(package)}", flush=True)


@contextlib.contextmanager
def step(name):
    """Reports one thing driven; a failure ends the script and names it."""
    try:
        yield
    except BaseException:
        print(f"not ok {name}", file=sys.stderr)
        raise
    print(f"ok {name}", flush=True)


def browser():
    """A session that no proxy of the machine sees."""
    made = requests.Session()
    made.trust_env = False
    return made
