"""PyPI prod-manager (the project's own client) and PyJWT (its verifier) against Jeton's token API."""

import contextlib
import json
import os
import sys
import time

import jwt
import requests
from prodmanager import ProdManager

the = json.loads(os.environ["JETON_CASE"])
issuer, secret, shared = the["issuer"], the["secret"], the["shared"]
create_url, whoami_url = f"{issuer}/api/token/create", f"{issuer}/api/token/whoami"
fields = {
    "secret": secret,
    "name": "pytest-unittest",
    "description": "Tokens for the unit tests",
    "permission": ["scope_api", "monitor_api", "scope_api"],
}
CLAIMS = ["iss", "aud", "sub", "nbf", "exp", "iat", "jti", "version", "permissions"]


@contextlib.contextmanager
def step(name):
    """Reports one thing driven; a failure ends the script and names it."""
    try:
        yield
    except BaseException:
        print(f"not ok {name}", file=sys.stderr)
        raise
    print(f"ok {name}", flush=True)


def verified(token):
    """The claims, as a verifier reads them that knows the secret, the issuer's name and the list of claims."""
    return jwt.decode(
        token,
        secret,
        algorithms=["HS256"],
        issuer="ProdManager",
        audience="pytest-unittest",
        options={"require": CLAIMS, "enforce_minimum_key_length": True},
    )


def created(**how):
    answer = requests.post(create_url, **how)
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return answer


with step("three-encodings"):
    before = time.time()
    multipart = [(name, (None, value)) for name in fields for value in [fields[name]] if isinstance(value, str)]
    multipart += [("permission", (None, value)) for value in fields["permission"]]
    tokens = [created(files=multipart).json(), created(data=fields).json(), created(json=fields).json()]
    for token in tokens:
        assert jwt.get_unverified_header(token) == {"alg": "HS256", "typ": "JWT"}
        claims = jwt.decode(token, options={"verify_signature": False})
        assert list(claims) == CLAIMS
        assert claims["permissions"] == fields["permission"] and claims["version"] == 1
        # Made between these moments, however long that took; the claims are whole seconds.
        assert before - 1 <= claims["nbf"] <= time.time() + 1, claims
        assert before - 1 <= claims["exp"] - 3600 <= time.time() + 1, claims

with step("the-projects-own-reading"):
    # Its tests decode the bytes and delete every quote.
    token = created(data=fields).content.decode("utf-8").replace('"', "")
    assert token.count(".") == 2

with step("plain-text"):
    answer = requests.post(create_url, data=fields, headers={"Accept": "text/plain"})
    assert answer.headers["content-type"] == "text/plain; charset=utf-8" and answer.text.startswith("eyJ")

with step("verified-by-the-secret"):
    for token in tokens:
        if shared:
            assert verified(token)["sub"] == "Tokens for the unit tests"
        else:
            try:
                verified(token)
            except jwt.InvalidSignatureError:
                continue
            raise AssertionError("the creation secret is not the signing key")

with step("whoami-by-the-library"):
    for token in tokens:
        playload = ProdManager(issuer, token=token).token.whoami().playload
        assert playload["aud"] == "pytest-unittest", playload
        assert playload == jwt.decode(token, options={"verify_signature": False})
    assert ProdManager(issuer).token.whoami().playload is None

with step("whoami-from-the-document"):
    answer = requests.get(whoami_url, headers={"Authorization": f"Token {tokens[0]}"})
    assert answer.json()["aud"] == "pytest-unittest" and answer.headers["x-username"] == "pytest-unittest"
    assert '"aud": "pytest-unittest"' in answer.text

with step("a-bad-token-raises"):
    for token in ["x", "a.b.c", tokens[0][:-1], tokens[0] + "A"]:
        try:
            ProdManager(issuer, token=token).token.whoami()
        except Exception as error:
            status, said = error.args
            assert status == 401 and said["message"] == "Token validation failed", error
            assert len(said["reasons"]["token"]) == 1
        else:
            raise AssertionError(f"{token} was taken")
    cut = requests.get(whoami_url, headers={"Authorization": f"Bearer {tokens[0][:-1]}"})
    assert '"token": ["Signature verification failed"]' in cut.text

with step("faults-raise"):
    try:
        ProdManager(issuer).token.create(name="short")
    except Exception as error:
        status, said = error.args
        assert status == 400 and said["message"] == "Token creation failed", error
        assert said["reasons"]["secret"] == ["This field is required."]
    else:
        raise AssertionError("a token without a secret")

with step("create-by-the-library"):
    # It expects an object where both servers answer with a string, and never worked.
    try:
        ProdManager(issuer).token.create(**fields)
    except TypeError:
        pass
    else:
        raise AssertionError("the library reads a string now: use it")
