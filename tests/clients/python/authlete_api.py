"""PyPI authlete against Jeton: every operation that it has, in the generation of paths that the case names.

Each operation is a step of its own: `ok NAME`, or `not ok NAME: what differs from the contract`. A step that fails does not end the
run. The last step fails unless every method of the SDK was called.
"""

import sys

from authlete_steps import clients, devices, registration, rest, runtime, services, settings, tickets, tokens
from authlete_steps.case import Case

the = Case()
services.set_up(the)
clients.make(the)
for area in (services, clients, tokens, runtime, settings, tickets, registration, devices, rest):
    area.drive(the)
services.end(the)

with the.step("every-operation"):
    left = the.not_called()
    assert not left, f"never called: {', '.join(left)}"
sys.exit(1 if set(the.failures) - the.may_differ else 0)
