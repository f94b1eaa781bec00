"""The `configure` flow of PyPI anki_vector and of PyPI wirepod_vector_sdk, unchanged, against Jeton and a stand-in robot.

The SDKs dial Anki's hosts, and port 443 of a robot: the connections are turned to this machine below them.
"""

import os

# The messages that the SDKs carry were generated for an older library.
os.environ["PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION"] = "python"

import contextlib
import json
import pathlib
import sys
import tempfile
from unittest import mock

the = json.loads(os.environ["JETON_CASE"])
if the["sdk"] == "wirepod":
    # Both packages bring a module `anki_vector`.
    sys.path.insert(0, str(pathlib.Path(__file__).parent / ".venv/wirepod"))
os.environ["HOME"] = home = tempfile.mkdtemp(prefix="jeton-sdk-")
os.environ["REQUESTS_CA_BUNDLE"] = the["authority"]

import grpc
import requests
import urllib3.util.connection
from anki_vector import messaging
from anki_vector.configure import __main__ as configure
from anki_vector.messaging import external_interface_pb2_grpc

from vector_robot import Robot

ESN, NAME = "00601b50", "Vector-A1B2"


@contextlib.contextmanager
def step(name):
    """Reports one thing driven; a failure ends the script and names it."""
    try:
        yield
    except BaseException:
        print(f"not ok {name}", file=sys.stderr)
        raise
    print(f"ok {name}", flush=True)


host, port = the["robots"].rsplit(":", 1)
dial = urllib3.util.connection.create_connection
secure_channel = grpc.secure_channel
robot = Robot(ESN, NAME, the["robots"], the["authority"])
gateway, gateway_port = robot.serve(messaging.protocol, external_interface_pb2_grpc)


def turned(address, *args, **kwargs):
    """Every host of the accounts and certificates is Jeton."""
    return dial((host, int(port)), *args, **kwargs)


def channel(target, *args, **kwargs):
    return secure_channel(target.replace("127.0.0.1:443", f"127.0.0.1:{gateway_port}"), *args, **kwargs)


def configured(answers):
    """Runs the SDK's own `configure`, and returns what it wrote."""
    arguments = ["configure", "--name", "A1B2", "--ip", "127.0.0.1", "--serial", ESN.upper(), "--email", the["email"]]
    answers = iter(answers)
    with (
        mock.patch.object(sys, "argv", arguments),
        mock.patch("builtins.input", lambda *_: next(answers)),
        mock.patch.object(configure, "getpass", lambda *_: the["password"]),
        mock.patch.object(urllib3.util.connection, "create_connection", turned),
        mock.patch.object(grpc, "secure_channel", channel),
    ):
        configure.main(configure.Api())
    return pathlib.Path(home, ".anki_vector/sdk_config.ini").read_text()


def signed_in():
    """The session of the companion app."""
    api, form = configure.Api().handler, {"username": the["email"], "password": the["password"]}
    return requests.post(api.url, data=form, headers=api.headers, timeout=60).json()["session"]["session_token"]


answers = ["y"] if the["sdk"] == "anki" else ["y", f"{host}:{port}"]

with step("no-certificate-before-the-robot-came"):
    try:
        configured(answers)
        raise AssertionError("it went on without a certificate")
    except SystemExit as stopped:
        assert b"not_found" in stopped.code, stopped.code

with step("the-robot-gets-its-owner"):
    # As the companion app does it, by Bluetooth.
    with mock.patch.object(urllib3.util.connection, "create_connection", turned):
        session = the.get("session") or signed_in()
    guid = robot.log_in(session)
    assert robot.admits(guid) and len(guid) == 24

with step("configure"):
    written = configured(answers)
    assert "guid" in written and NAME in written, written

with step("the-sdk-is-let-in"):
    guid = written.split("guid = ")[1].split()[0]
    assert robot.admits(guid), guid
    assert robot.tokens[-1]["app_id"] == "SDK", robot.tokens

with step("again-after-a-refresh"):
    robot.refresh()
    again = configured(answers)
    assert robot.admits(again.split("guid = ")[1].split()[0]) and robot.admits(guid)

if the["sdk"] == "anki":
    with step("a-wrong-password-is-shown"):
        the["password"] = "another one"
        try:
            configured(answers)
            raise AssertionError("it went on")
        except SystemExit as stopped:
            assert b"invalid_username_or_password" in stopped.code, stopped.code

gateway.stop(None)
