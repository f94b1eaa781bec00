"""PyPI Authlib (over requests) with every way it knows to say who it is, over Jeton's own TLS."""

import http.server
import json
import os
import sys
import threading
from urllib.parse import urlsplit

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import ClientSecretJWT, PrivateKeyJWT

the = json.loads(os.environ["JETON_CASE"])
token_endpoint = f"{the['issuer']}/token"


class Keys(http.server.BaseHTTPRequestHandler):
    """Serves the public keys of the clients that registered an address for them."""

    def do_GET(self):  # noqa: N802
        keys = [client["public_key"] for client in the["clients"] if client.get("jwks_uri")]
        self.send_response(200)
        self.send_header("content-type", "application/jwk-set+json")
        self.end_headers()
        self.wfile.write(json.dumps({"keys": keys}).encode())

    def log_message(self, *_):
        pass


def session(one, proof):
    """A session of a client that proves itself as `proof` says."""
    method = one["auth_method"]
    certificate = "tls" in method
    key = proof.get("pem") or proof.get("secret")
    name = "none" if certificate else method
    made = OAuth2Session(one["client_id"], key, token_endpoint_auth_method=name, revocation_endpoint_auth_method=name)
    made.trust_env = False
    made.verify = the["authority"]
    if certificate:
        made.cert = (proof["certificate"], proof["certificate_key"])
    if method == "client_secret_jwt":
        made.register_client_auth_method(ClientSecretJWT(token_endpoint, alg=one["alg"]))
    if method == "private_key_jwt":
        headers = {"kid": one["public_key"]["kid"]}
        made.register_client_auth_method(PrivateKeyJWT(token_endpoint, alg=one["alg"], headers=headers))
    return made


def fetch(one, proof):
    """A token for the client itself."""
    client = session(one, proof)
    return client, client.fetch_token(token_endpoint, grant_type="client_credentials", scope="api1")


port = next(urlsplit(client["jwks_uri"]).port for client in the["clients"] if client.get("jwks_uri"))
keys = http.server.ThreadingHTTPServer(("127.0.0.1", port), Keys)
threading.Thread(target=keys.serve_forever, daemon=True).start()

for one in the["clients"]:
    try:
        client, token = fetch(one, one)
        asked = client.introspect_token(f"{the['issuer']}/introspect", token=token["access_token"])
        assert asked.json()["client_id"] == one["client_id"], asked.text
        answer = client.revoke_token(f"{the['issuer']}/token/revoke", token=token["access_token"])
        assert answer.status_code == 200, answer.text
        asked = client.introspect_token(f"{the['issuer']}/introspect", token=token["access_token"])
        assert asked.json() == {"active": False}, asked.text
        try:
            fetch(one, {**one, **one["wrong"]})
        except OAuthError as error:
            assert error.error == "invalid_client", error
        else:
            raise AssertionError("a wrong proof was taken")
    except BaseException:
        print(f"not ok {one['client_id']}", file=sys.stderr)
        raise
    print(f"ok {one['client_id']}", flush=True)
