"""PyPI jwcrypto against jeton-jose: reads every token that Jeton made, and makes one of its own for each."""

import base64
import json
import os

from jwcrypto import jwe, jwk, jws
from jwcrypto.common import base64url_encode

the = json.loads(os.environ["JETON_CASE"])
payload = the["payload"].encode()


def shared_key(name):
    return jwk.JWK(kty="oct", k=base64url_encode(base64.b64decode(the["keys"][name]["private"])))


def public_key(name):
    """What Jeton publishes of a key, or the shared key."""
    public = the["keys"][name]["public"]
    return shared_key(name) if public is None else jwk.JWK(**public)


def private_key(name):
    """What Jeton would keep sealed."""
    if the["keys"][name]["public"] is None:
        return shared_key(name)
    text = the["keys"][name]["private"]
    return jwk.JWK.from_pem(f"-----BEGIN PRIVATE KEY-----\n{text}\n-----END PRIVATE KEY-----\n".encode())


for index, case in enumerate(the["jws"]):
    token = jws.JWS()
    token.deserialize(case["token"], public_key(case["key"]), case["alg"])
    assert token.payload == payload, case
    assert token.jose_header["typ"] == "JWT", case
    print(f"ok verified {index}")
    made = jws.JWS(payload)
    made.add_signature(private_key(case["key"]), case["alg"], json.dumps({"alg": case["alg"], "kid": "k"}))
    print(f"ok jws {index} {made.serialize(compact=True)}")

for index, case in enumerate(the["jwe"]):
    token = jwe.JWE(algs=[case["alg"], case["enc"]])
    token.deserialize(case["token"], private_key(case["key"]))
    assert token.payload == payload, case
    assert token.jose_header["cty"] == "JWT", case
    print(f"ok decrypted {index}")
    header = {"alg": case["alg"], "enc": case["enc"], "cty": "JWT"}
    made = jwe.JWE(payload, json.dumps(header), algs=[case["alg"], case["enc"]])
    made.add_recipient(public_key(case["key"]))
    print(f"ok jwe {index} {made.serialize(compact=True)}")


def off(name, header, key):
    """What Jeton has off, made by a library that has it on."""
    made = jwe.JWE(payload, json.dumps(header), algs=[header["alg"], header["enc"]])
    made.add_recipient(key)
    print(f"ok off {name} {made.serialize(compact=True)}")


rsa = jwk.JWK(**{name: value for name, value in the["keys"]["RSA-OAEP-256"]["public"].items() if name != "alg"})
off("RSA-OAEP", {"alg": "RSA-OAEP", "enc": "A128GCM"}, rsa)
off("RSA1_5", {"alg": "RSA1_5", "enc": "A128GCM"}, rsa)
off("PBES2", {"alg": "PBES2-HS256+A128KW", "enc": "A128GCM"}, jwk.JWK(kty="oct", k=base64url_encode(b"a password")))
off("zip", {"alg": "A128KW", "enc": "A128GCM", "zip": "DEF"}, shared_key("A128KW"))
