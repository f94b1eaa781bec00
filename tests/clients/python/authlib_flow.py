"""PyPI Authlib (over requests) against Jeton: everything an application does with it."""

import contextlib
import json
import os
import sys
from urllib.parse import parse_qs, urlencode, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import OpenIDProviderMetadata
from joserfc import jwt
from joserfc.jwk import KeySet

from person import Person

the = json.loads(os.environ["JETON_CASE"])
issuer, redirect_uri = the["issuer"], the["redirect_uri"]

# Authlib refuses plain HTTP unless told that this is a test.
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"


@contextlib.contextmanager
def step(name):
    """Reports one thing driven; a failure ends the script and names it."""
    try:
        yield
    except BaseException:
        print(f"not ok {name}", file=sys.stderr)
        raise
    print(f"ok {name}", flush=True)


@contextlib.contextmanager
def refused(code):
    """Expects the server to refuse with this error code."""
    try:
        yield
    except OAuthError as error:
        assert error.error == code, f"refused, but with {error.error}: {error.description}"
    else:
        raise AssertionError(f"expected {code}")


def session(secret=the["client_secret"], **options):
    """A session of this run's client."""
    made = OAuth2Session(
        the["client_id"],
        secret,
        token_endpoint_auth_method=the["auth_method"],
        revocation_endpoint_auth_method=the["auth_method"],
        code_challenge_method="S256",
        **options,
    )
    made.trust_env = False
    return made


def get(address):
    """A JSON document."""
    answer = requests.get(address, timeout=300)
    assert answer.status_code == 200, f"{address}: {answer.status_code} {answer.text}"
    return answer.json()


with step("discovery"):
    metadata = get(f"{issuer}/.well-known/openid-configuration")
    assert metadata["issuer"] == issuer
    assert get(get_well_known_url(issuer, external=True)) == metadata
    # Authlib's own checks of each member, but for those that a test server cannot meet: every address has
    # to be https, and RS256 has to be among the ID token's algorithms, which is up to the operator.
    for kind in (OpenIDProviderMetadata, AuthorizationServerMetadata):
        document = kind(metadata)
        for member in kind.REGISTRY_KEYS:
            if member not in ("issuer", "id_token_signing_alg_values_supported") and not member.endswith(
                ("_endpoint", "_uri")
            ):
                getattr(document, f"validate_{member}", lambda: None)()
    keys = KeySet.import_key_set(get(metadata["jwks_uri"]))

token_endpoint = metadata["token_endpoint"]

with step("client-credentials"):
    token = session().fetch_token(token_endpoint, grant_type="client_credentials", scope="api1")
    assert token["token_type"] == "Bearer" and "refresh_token" not in token

with step("wrong-secret"), refused("invalid_client"):
    session("wrong").fetch_token(token_endpoint, grant_type="client_credentials", scope="api1")

with step("password"):
    asked = {"username": the["username"], "scope": "openid profile"}
    token = session().fetch_token(token_endpoint, grant_type="password", password=the["password"], **asked)
    assert token["id_token"], token
    with refused("invalid_grant"):
        session().fetch_token(token_endpoint, grant_type="password", password="not the password", **asked)


def sign_in():
    """Builds an authorization request and takes a new person through the pages."""
    client = session(scope=the["scope"], redirect_uri=redirect_uri)
    verifier, nonce = generate_token(48), generate_token()
    address, state = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce, prompt="consent", max_age=3600
    )
    person = Person(the["username"], the["password"])
    callback, answered = person.authorize(address, redirect_uri)
    assert answered == ["login", "consent"], answered
    parameters = parse_qs(urlsplit(callback).query)
    assert parameters["iss"] == [issuer] and parameters["state"] == [state], parameters
    return client, callback, verifier, nonce, person


def redeem(client, callback, verifier):
    """The tokens for the code in the callback."""
    return client.fetch_token(token_endpoint, authorization_response=callback, code_verifier=verifier)


with step("authorization-code"):
    client, callback, verifier, nonce, alice = sign_in()
    token = redeem(client, callback, verifier)
    assert token["refresh_token"]
    id_token = token["id_token"]
    decoded = jwt.decode(id_token, keys, algorithms=metadata["id_token_signing_alg_values_supported"])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={"iss": {"essential": True, "value": issuer}, "aud": {"value": the["client_id"]}},
        params={"nonce": nonce, "max_age": 3600, "client_id": the["client_id"], "access_token": token["access_token"]},
    )
    claims.validate(leeway=30)

with step("wrong-verifier"):
    other, callback, *_ = sign_in()
    with refused("invalid_grant"):
        redeem(other, callback, generate_token(48))


def user_info(client):
    """The user info answer for the session's own token."""
    return client.get(metadata["userinfo_endpoint"], timeout=300)


with step("userinfo"):
    info = user_info(client).json()
    assert info["sub"] == claims["sub"] and info["name"] == the["name"], info

with step("refresh"):
    before = token["refresh_token"]
    token = client.refresh_token(token_endpoint, refresh_token=before)
    assert token["refresh_token"] != before, "the refresh token rotates"
    assert user_info(client).status_code == 200


def introspect(value, hint=None):
    """The introspection answer."""
    answer = client.introspect_token(metadata["introspection_endpoint"], token=value, token_type_hint=hint)
    assert answer.status_code == 200, answer.text
    return answer.json()


def revoke(value, hint):
    """Revokes, and expects the empty 200 of RFC 7009."""
    answer = client.revoke_token(metadata["revocation_endpoint"], token=value, token_type_hint=hint)
    assert answer.status_code == 200, answer.text


with step("introspection"):
    answer = introspect(token["access_token"], "access_token")
    assert answer["active"] is True and answer["sub"] == claims["sub"], answer
    assert introspect("never-a-token") == {"active": False}

with step("revocation"):
    revoke(token["access_token"], "access_token")
    assert introspect(token["access_token"]) == {"active": False}
    assert introspect(token["refresh_token"])["active"] is True
    assert user_info(client).status_code == 401
    revoke(token["refresh_token"], "refresh_token")
    assert introspect(token["refresh_token"]) == {"active": False}
    with refused("invalid_grant"):
        client.refresh_token(token_endpoint, refresh_token=token["refresh_token"])

with step("sign-out"):
    asked = urlencode(
        {
            "id_token_hint": id_token,
            "post_logout_redirect_uri": the["post_logout_redirect_uri"],
            "state": "bye",
        }
    )
    callback, answered = alice.authorize(f"{metadata['end_session_endpoint']}?{asked}", the["post_logout_redirect_uri"])
    assert answered == [] and parse_qs(urlsplit(callback).query)["state"] == ["bye"], (answered, callback)
    address, _ = client.create_authorization_url(
        metadata["authorization_endpoint"], code_verifier=generate_token(48), prompt="none"
    )
    callback, answered = alice.authorize(address, redirect_uri)
    assert parse_qs(urlsplit(callback).query)["error"] == ["login_required"], callback
