"""librdkafka (PyPI confluent-kafka) authenticates at a broker with SASL/OAUTHBEARER: an id, a secret, and where tokens are given out."""

import socket
import struct
import threading

from confluent_kafka import Producer, libversion

from defaults import browser, step, the

API_VERSIONS, HANDSHAKE, AUTHENTICATE = 18, 17, 36
FAILED = []


def text(said):
    """A string of the protocol."""
    return struct.pack(">h", len(said)) + said.encode()


def answer(key, version):
    """What a broker says to a request of this kind, without the head."""
    if key == API_VERSIONS:
        kinds = [(API_VERSIONS, 0), (HANDSHAKE, 1), (AUTHENTICATE, 0)]
        known = b"".join(struct.pack(">hhh", kind, 0, newest) for kind, newest in kinds)
        # 35: a newer version than the one it knows.
        return struct.pack(">hi", 35 if version > 0 else 0, len(kinds)) + known
    if key == HANDSHAKE:
        return struct.pack(">hi", 0, 1) + text("OAUTHBEARER")
    raise AssertionError(f"nobody asks for this before it is let in: {key}")


class Broker(threading.Thread):
    """As much of a broker as shows which token a client brings."""

    def __init__(self):
        super().__init__(daemon=True)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "127.0.0.1:%d" % self._listener.getsockname()[1]
        self.token = None
        self.has_token = threading.Event()

    def run(self):
        """Serves one connection after the other."""
        while not self.has_token.is_set():
            with self._listener.accept()[0] as peer, peer.makefile("rwb") as stream:
                while self._answered(stream):
                    pass

    def _answered(self, stream):
        head = stream.read(4)
        if len(head) < 4:
            return False
        message = stream.read(struct.unpack(">i", head)[0])
        key, version, number, name = struct.unpack(">hhih", message[:10])
        if key == AUTHENTICATE:
            (length,) = struct.unpack(">i", message[10 + name : 14 + name])
            said = message[14 + name : 14 + name + length].decode()
            self.token = said.split("auth=Bearer ")[1].split("\x01")[0]
            self.has_token.set()
            return False
        body = struct.pack(">i", number) + answer(key, version)
        stream.write(struct.pack(">i", len(body)) + body)
        stream.flush()
        return True


print(f"version {libversion()[0]}", flush=True)
metadata = browser().get(f"{the['issuer']}/.well-known/openid-configuration").json()
broker = Broker()
broker.start()
with step("client-credentials"):
    producer = Producer(
        {
            "bootstrap.servers": broker.address,
            "security.protocol": "SASL_PLAINTEXT",
            "sasl.mechanisms": "OAUTHBEARER",
            "sasl.oauthbearer.method": "oidc",
            "sasl.oauthbearer.client.id": the["client_id"],
            "sasl.oauthbearer.client.secret": the["client_secret"],
            "sasl.oauthbearer.token.endpoint.url": metadata["token_endpoint"],
            "error_cb": FAILED.append,
        }
    )
    while not broker.has_token.is_set():
        producer.poll(0.05)
        assert not any(error.name() == "_AUTHENTICATION" for error in FAILED), FAILED
with step("the-broker-gets-the-token"):
    asked = {"token": broker.token}
    said = browser().post(metadata["introspection_endpoint"], asked, auth=(the["client_id"], the["client_secret"]))
    assert said.json()["active"], said.text
