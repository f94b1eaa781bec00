"""A stand-in for a Vector robot: its cloud process, which calls Jeton, and its gateway, which apps and SDKs call."""

import base64
import concurrent.futures
import datetime
import hashlib
import importlib
import json
import pathlib
import ssl
import sys
import tempfile

import grpc
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from grpc_tools import protoc

ROBOT_APP_KEY = "oDoa0quieSeir6goowai7f"
PROTO = pathlib.Path(__file__).parents[3] / "crates/faces/vector/proto"


def stubs():
    """The modules of Jeton's own proto files, generated into a folder for this run."""
    out = tempfile.mkdtemp(prefix="jeton-proto-")
    files = ["token.proto", "jdocs.proto"]
    ended = protoc.main(["protoc", f"-I{PROTO}", f"--python_out={out}", f"--grpc_python_out={out}", *files])
    assert ended == 0, ended
    sys.path.insert(0, out)
    return [importlib.import_module(name) for name in ("token_pb2", "token_pb2_grpc", "jdocs_pb2", "jdocs_pb2_grpc")]


token_pb2, token_pb2_grpc, jdocs_pb2, jdocs_pb2_grpc = stubs()


def pem_key(key):
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def self_signed(key, names):
    """A certificate of its own, valid from long ago to 2120."""
    name = x509.Name(names)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(datetime.datetime(2018, 1, 1)).not_valid_after(datetime.datetime(2120, 1, 1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def claims(jwt):
    """The claims of a JWT; its signature is for others to check."""
    text = jwt.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))


class Robot:
    """The robot with this serial number (8 hexadecimal digits) and name (Vector-XXXX)."""

    def __init__(self, esn, name, server, authority):
        self.esn, self.name, self.server, self.authority = esn, name, server, authority
        self.factory_key = rsa.generate_private_key(65537, 2048)
        self.factory = self_signed(
            self.factory_key,
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Anki Inc."),
                x509.NameAttribute(NameOID.COMMON_NAME, f"vic:{esn}"),
            ],
        )
        self.gateway_key = ec.generate_private_key(ec.SECP256R1())
        self.gateway = self_signed(self.gateway_key, [x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.jwt = None
        self.tokens = []

    def channel(self, certificate=True):
        """A new connection, as a robot makes one for each call; its jdocs client shows no certificate."""
        roots = pathlib.Path(self.authority).read_bytes()
        pair = (pem_key(self.factory_key), self.factory) if certificate else (None, None)
        return grpc.secure_channel(self.server, grpc.ssl_channel_credentials(roots, *pair))

    def call(self, method, request, session=None, jwt=None, app_key=ROBOT_APP_KEY, certificate=True):
        """One call of the token manager."""
        metadata = [("anki-app-key", app_key), ("anki-user-session", session), ("anki-access-token", jwt)]
        metadata = [(name, value) for name, value in metadata if value is not None]
        with self.channel(certificate) as channel:
            stub = token_pb2_grpc.TokenStub(channel)
            return getattr(stub, method)(request, metadata=metadata, timeout=60)

    def log_in(self, session, client_name=""):
        """What the cloud process does when an app hands over a session; the client token, or None."""
        if self.jwt is None:
            request = token_pb2.AssociatePrimaryUserRequest(session_certificate=self.gateway)
            bundle = self.call("AssociatePrimaryUser", request, session=session).data
            self.jwt = bundle.token
        else:
            request = token_pb2.AssociateSecondaryClientRequest(
                user_session=session, client_name=client_name, app_id="SDK"
            )
            bundle = self.call("AssociateSecondaryClient", request, jwt=self.jwt).data
        self.read_app_tokens()
        return bundle.client_token

    def refresh(self):
        request = token_pb2.RefreshTokenRequest(refresh_jwt_tokens=True)
        self.jwt = self.call("RefreshToken", request, jwt=self.jwt).data.token

    def read_docs(self, names, jwt=None):
        jwt = jwt or self.jwt
        request = jdocs_pb2.ReadDocsReq(user_id=claims(jwt)["user_id"], thing=f"vic:{self.esn}")
        for name in names:
            request.items.add(doc_name=name, my_doc_version=0)
        with self.channel(certificate=False) as channel:
            metadata = [("anki-app-key", ROBOT_APP_KEY), ("anki-access-token", jwt)]
            return jdocs_pb2_grpc.JdocsStub(channel).ReadDocs(request, metadata=metadata, timeout=60)

    def read_app_tokens(self):
        """As the gateway: an unreadable document empties the list."""
        (item,) = self.read_docs(["vic.AppTokens"]).items
        assert item.HasField("doc"), "a robot ends its process here"
        self.tokens = json.loads(item.doc.json_doc)["client_tokens"]
        for token in self.tokens:
            assert set(token) >= {"hash", "client_name", "app_id", "issued_at"}, token

    def admits(self, client_token):
        """Whether an app with this token is let in."""
        secret = base64.b64decode(client_token, validate=True)
        for token in self.tokens:
            stored = base64.b64decode(token["hash"], validate=True)
            assert len(secret) == 16 and len(stored) == 48
            if hashlib.sha256(secret + stored[32:]).digest() == stored[:32]:
                return True
        return False

    def serve(self, protocol, services):
        """Serves apps with an SDK's messages (`anki_vector.messaging`) and services; the server and its port."""

        class Gateway(services.ExternalInterfaceServicer):
            def UserAuthentication(gateway, request, context):
                answer = protocol.UserAuthenticationResponse
                try:
                    name = request.client_name.decode()[:64]
                    guid = self.log_in(request.user_session_id.decode(), name)
                except grpc.RpcError as error:
                    self.failure = error
                    return answer(code=answer.UNAUTHORIZED)
                assert self.admits(guid), "the token is not in the document"
                return answer(code=answer.AUTHORIZED, client_token_guid=guid.encode())

        server = grpc.server(concurrent.futures.ThreadPoolExecutor(2))
        services.add_ExternalInterfaceServicer_to_server(Gateway(), server)
        credentials = grpc.ssl_server_credentials([(pem_key(self.gateway_key), self.gateway)])
        port = server.add_secure_port("127.0.0.1:0", credentials)
        server.start()
        return server, port
