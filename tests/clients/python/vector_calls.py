"""A generic caller, PyPI grpcio with stubs generated from Jeton's own proto files: every method, every row of the table of
statuses, and the must-keep list of docs/contracts/vector.md."""

import contextlib
import json
import os
import sys

import grpc
import requests

from vector_robot import Robot, claims, jdocs_pb2, jdocs_pb2_grpc, pem_key, token_pb2, token_pb2_grpc

the = json.loads(os.environ["JETON_CASE"])
server, authority = the["robots"], the["authority"]
SERVICE, ADMIN = the["service_key"], the["admin_key"]
CODE = grpc.StatusCode
WEB = "luyain9ep5phahP8aph8xa"


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
def refused(*codes):
    """The call inside ends with one of these."""
    try:
        yield
    except grpc.RpcError as error:
        assert error.code() in codes, (error.code(), error.details())
        return
    raise AssertionError(f"answered, instead of {codes}")


def http(path, app_key=WEB, **more):
    headers = {"Anki-App-Key": app_key} if app_key else {}
    return requests.post(f"https://{server}{path}", headers=headers, verify=authority, timeout=60, **more)


def signed_in(email, password):
    answer = http("/1/sessions", data={"username": email, "password": password})
    assert answer.status_code == 200, answer.text
    return answer.json()["session"]["session_token"]


P, A, S = token_pb2.AssociatePrimaryUserRequest, token_pb2.ReassociatePrimaryUserRequest, token_pb2.AssociateSecondaryClientRequest
D, R = token_pb2.DisassociatePrimaryUserRequest, token_pb2.RefreshTokenRequest
robot = Robot("00601b50", "Vector-A1B2", server, authority)
other = Robot("00e20100", "Vector-C3D4", server, authority)

with step("users-over-http"):
    for email in ["keeper@example.org", "guest@example.org"]:
        form = {"email": email, "password": "correct horse battery", "dob": "1990-01-01", "created_by_app_name": "web"}
        answer = http("/1/users", json=form)
        assert answer.status_code == 200 and answer.headers["access-control-allow-origin"] == "*", answer.text
    again = http("/1/users", json={"email": "keeper@example.org", "password": "correct horse battery"})
    assert again.status_code == 409 and again.json()["message"], again.text
    owner = signed_in("keeper@example.org", "correct horse battery")
    guest = signed_in("guest@example.org", "correct horse battery")
    wrong = http("/1/sessions", data={"username": "keeper@example.org", "password": "no"})
    assert wrong.status_code == 403 and wrong.json()["code"] == "invalid_username_or_password", wrong.text
    assert http("/1/sessions", app_key=None, data={"username": "a", "password": "b"}).status_code == 403
    assert http("/1/sessions", data={"username": "a"}).status_code == 400

with step("associate-primary-user"):
    request = P(session_certificate=robot.gateway, generate_sts_token=True)
    bundle = robot.call("AssociatePrimaryUser", request, session=owner).data
    robot.jwt = bundle.token
    about = claims(bundle.token)
    assert not bundle.HasField("sts_token") and len(bundle.client_token) == 24
    assert {"token_id", "token_type", "user_id", "requestor_id", "iat", "expires"} <= set(about), about
    assert about["token_type"] == "user+robot" and about["requestor_id"] == "vic:00601b50"
    assert all(isinstance(about[name], str) and about[name] for name in about if name != "permissions")
    assert len(bundle.token) < 2000
    robot.read_app_tokens()
    assert robot.admits(bundle.client_token)

with step("associate-secondary-client"):
    request = S(user_session=owner, client_name="n" * 300, app_id="SDK")
    data = robot.call("AssociateSecondaryClient", request, jwt=robot.jwt).data
    assert data.token == "" and len(data.client_token) == 24
    robot.read_app_tokens()
    assert robot.admits(data.client_token) and robot.admits(bundle.client_token)

with step("refresh-token"):
    before = robot.jwt
    request = R(refresh_jwt_tokens=True, expiration_minutes=600)
    robot.jwt = robot.call("RefreshToken", request, jwt=before).data.token
    assert robot.jwt and robot.jwt != before
    # The answer was lost: the one before refreshes again.
    assert robot.call("RefreshToken", R(refresh_jwt_tokens=True), jwt=before).data.token
    unchanged = robot.call("RefreshToken", R(), jwt=robot.jwt).data.token
    assert claims(unchanged)["requestor_id"] == "vic:00601b50"
    with refused(CODE.UNIMPLEMENTED, CODE.FAILED_PRECONDITION):
        robot.call("RefreshToken", R(refresh_sts_tokens=True), jwt=robot.jwt)

with step("reassociate-primary-user"):
    data = robot.call("ReassociatePrimaryUser", A(), session=owner).data
    assert data.token and len(data.client_token) == 24
    # A robot does not keep this token: the one that it has must go on.
    robot.jwt = robot.call("RefreshToken", R(refresh_jwt_tokens=True), jwt=robot.jwt).data.token
    with refused(CODE.INVALID_ARGUMENT):
        robot.call("ReassociatePrimaryUser", A(), session=guest)

with step("robot-introspects"):
    as_client = ("resource", the["password"])
    answer = requests.post(the["issuer"] + "/introspect", data={"token": robot.jwt}, auth=as_client, timeout=60).json()
    assert answer["active"], answer
    answer = requests.post(the["issuer"] + "/introspect", data={"token": before}, auth=as_client, timeout=60).json()
    assert not answer["active"], answer

with step("app-key"):
    for key in [None, "unknown", ""]:
        with refused(CODE.UNAUTHENTICATED):
            robot.call("RefreshToken", R(refresh_jwt_tokens=True), jwt=robot.jwt, app_key=key)

with step("session"):
    for session in [None, "unknown", "x" * 4000]:
        with refused(CODE.UNAUTHENTICATED):
            other.call("AssociatePrimaryUser", P(), session=session)
        with refused(CODE.UNAUTHENTICATED):
            robot.call("ReassociatePrimaryUser", A(), session=session)

with step("jwt"):
    for method, request in [
        ("RefreshToken", R(refresh_jwt_tokens=True)),
        ("AssociateSecondaryClient", S(user_session=owner)),
        ("DisassociatePrimaryUser", D()),
    ]:
        with refused(CODE.UNAUTHENTICATED):
            robot.call(method, request)
        head, body, signature = robot.jwt.split(".")
        none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0"
        for jwt in ["junk", "a.b.c", f"{head}.{body}.{'A' * len(signature)}", f"{none}.{body}.", f"{none}.{body}.{signature}"]:
            with refused(CODE.PERMISSION_DENIED):
                robot.call(method, request, jwt=jwt)

with step("second-session"):
    for session in ["", "unknown", guest]:
        with refused(CODE.INVALID_ARGUMENT):
            robot.call("AssociateSecondaryClient", S(user_session=session), jwt=robot.jwt)

with step("certificate"):
    with refused(CODE.UNAUTHENTICATED, CODE.UNAVAILABLE):
        robot.call("RefreshToken", R(refresh_jwt_tokens=True), jwt=robot.jwt, certificate=False)
    # Another robot's certificate with this robot's token, and another key under this robot's name.
    with refused(CODE.PERMISSION_DENIED):
        other.call("RefreshToken", R(refresh_jwt_tokens=True), jwt=robot.jwt)
    thief = Robot("00601b50", "Vector-A1B2", server, authority)
    with refused(CODE.UNAUTHENTICATED, CODE.UNAVAILABLE):
        thief.call("AssociatePrimaryUser", P(), session=guest)

with step("session-certificate"):
    assert requests.get(f"https://{server}/vic/00601b50", verify=authority, timeout=60).content == robot.gateway
    assert requests.get(f"http://{server}/session-certs/00601b50", timeout=60).content == robot.gateway
    assert requests.get(f"https://{server}/vic/ffffffff", verify=authority, timeout=60).status_code == 404
    for junk in [b"", b"\x00\xff" * 1000, b"-----BEGIN CERTIFICATE-----\n"]:
        other.jwt = other.call("AssociatePrimaryUser", P(session_certificate=junk), session=guest).data.token
    found = requests.get(f"https://{server}/vic/00E20100", verify=authority, timeout=60)
    assert found.content == junk, found.content

with step("documents"):
    names = ["vic.RobotSettings", "vic.AccountSettings", "vic.UserEntitlements", "vic.RobotLifetimeStats", "vic.Unknown"]
    items = robot.read_docs(names).items
    assert len(items) == 5 and all(item.HasField("doc") for item in items)
    metadata = [("anki-app-key", WEB), ("anki-access-token", robot.jwt)]
    with robot.channel(certificate=False) as channel:
        stub = jdocs_pb2_grpc.JdocsStub(channel)
        owner_id = claims(robot.jwt)["user_id"]
        doc = jdocs_pb2.Jdoc(doc_version=0, fmt_version=2, client_metadata="m", json_doc='{"a": "é"}')
        write = jdocs_pb2.WriteDocReq(user_id=owner_id, thing="vic:00601b50", doc_name=names[0], doc=doc)
        written = stub.WriteDoc(write, metadata=metadata)
        assert (written.status, written.latest_doc_version) == (0, 1), written
        stale = stub.WriteDoc(write, metadata=metadata)
        assert (stale.status, stale.latest_doc_version) == (1, 1), stale
        (item,) = robot.read_docs(names[:1]).items
        assert (item.status, item.doc.doc_version, item.doc.json_doc) == (1, 1, '{"a": "é"}'), item
        delete = jdocs_pb2.DeleteDocReq(user_id=owner_id, thing="vic:00601b50", doc_name=names[0])
        for _ in range(2):
            stub.DeleteDoc(delete, metadata=metadata)
        for jwt in ["junk", other.jwt]:
            with refused(CODE.PERMISSION_DENIED):
                request = jdocs_pb2.ReadDocsReq(user_id=owner_id, thing="vic:00601b50")
                request.items.add(doc_name="vic.AppTokens")
                stub.ReadDocs(request, metadata=[("anki-app-key", WEB), ("anki-access-token", jwt)])

with step("unknown-fields-and-metadata"):
    # Field 99 as a varint, and a retired field: ignored.
    with robot.channel() as channel:
        call = channel.unary_unary("/tokenpb.Token/RefreshToken", None, token_pb2.RefreshTokenResponse.FromString)
        metadata = [("anki-app-key", WEB), ("anki-access-token", robot.jwt), ("x-unknown", "1"), ("x-bin", b"\x00\xff")]
        answer = call(b"\x10\x01\x98\x06\x01\x0a\x03abc", metadata=metadata, timeout=60)
        robot.jwt = answer.data.token
        with refused(CODE.INTERNAL, CODE.UNKNOWN):
            call(b"\xff\xff\xff", metadata=metadata, timeout=60)

with step("oversize"):
    for request in [P(session_certificate=b"x" * 1_000_000), P(client_name="x" * 100_000)]:
        with refused(CODE.OUT_OF_RANGE, CODE.RESOURCE_EXHAUSTED, CODE.UNKNOWN, CODE.INTERNAL, CODE.UNAVAILABLE):
            other.call("AssociatePrimaryUser", request, session=guest)

with step("what-is-not-served"):
    with robot.channel() as channel:
        for path in ["/chipperpb.ChipperGrpc/StreamingIntent", "/tokenpb.Token/Unknown", "/jdocspb.Jdocs/PurgeAccountDocs"]:
            call = channel.unary_unary(path, None, None)
            with refused(CODE.UNIMPLEMENTED):
                call(b"", metadata=[("anki-access-token", "junk")], timeout=60)
        stream = channel.stream_stream("/chipperpb.ChipperGrpc/StreamingIntentGraph", None, None)

        def speech():
            yield b"\x0a\x01a"
            import time

            time.sleep(600)

        with refused(CODE.UNIMPLEMENTED):
            next(stream(speech(), timeout=60))

with step("scopes"):
    with refused(CODE.PERMISSION_DENIED):
        robot.call("ListRevokedTokens", token_pb2.ListRevokedTokensRequest())
    with refused(CODE.PERMISSION_DENIED):
        robot.call("RevokeTokens", token_pb2.RevokeTokensRequest(key="vic:00601b50"))
    with refused(CODE.PERMISSION_DENIED):
        robot.call("RevokeFactoryCertificate", token_pb2.RevokeFactoryCertificateRequest(certificate_id="vic:00601b50"))

with step("revoke-tokens"):
    request = token_pb2.RevokeTokensRequest(search_by_index="requestor", key="vic:00601b50")
    count = robot.call("RevokeTokens", request, app_key=SERVICE).tokens_revoked
    assert count >= 1, count
    assert robot.call("RevokeTokens", request, app_key=SERVICE).tokens_revoked == 0
    for index, key in [("user", "nobody"), ("", "nobody")]:
        request = token_pb2.RevokeTokensRequest(search_by_index=index, key=key)
        assert robot.call("RevokeTokens", request, app_key=SERVICE).tokens_revoked == 0
    with refused(CODE.INVALID_ARGUMENT):
        robot.call("RevokeTokens", token_pb2.RevokeTokensRequest(search_by_index="shoe", key="1"), app_key=SERVICE)
    with refused(CODE.PERMISSION_DENIED):
        robot.call("RefreshToken", R(refresh_jwt_tokens=True), jwt=robot.jwt)
    with refused(CODE.PERMISSION_DENIED):
        robot.read_docs(["vic.AppTokens"])

with step("list-revoked-tokens"):
    seen, key = [], ""
    while True:
        request = token_pb2.ListRevokedTokensRequest(previous_key=key)
        page = robot.call("ListRevokedTokens", request, app_key=SERVICE, certificate=False).data
        seen += page.tokens
        if page.done:
            break
        assert page.last_key and page.last_key != key
        key = page.last_key
    assert robot.jwt in seen and len(set(seen)) == len(seen)

with step("disassociate-primary-user"):
    robot.jwt = None
    robot.log_in(owner)
    old = robot.jwt
    robot.call("DisassociatePrimaryUser", D(), jwt=old)
    with refused(CODE.PERMISSION_DENIED):
        robot.call("RefreshToken", R(refresh_jwt_tokens=True), jwt=old)

with step("user-data-cleared"):
    # The same key with another account, name and certificate: nothing needs to be released.
    robot.name, robot.jwt = "Vector-Z9Y8", None
    robot.log_in(guest)
    robot.refresh()

with step("revoke-factory-certificate"):
    request = token_pb2.RevokeFactoryCertificateRequest(certificate_id="vic:00601b50")
    robot.call("RevokeFactoryCertificate", request, app_key=ADMIN)
    for method, request, more in [
        ("RefreshToken", R(refresh_jwt_tokens=True), {"jwt": robot.jwt}),
        ("AssociatePrimaryUser", P(), {"session": owner}),
    ]:
        with refused(CODE.PERMISSION_DENIED):
            robot.call(method, request, **more)

with step("sessions-over-http"):
    validated = http("/1/sessions/validate", app_key=SERVICE, data={"app_token": WEB, "session_token": owner})
    assert validated.status_code == 200 and validated.json()["session"]["user_id"], validated.text
    assert http("/1/sessions/validate", data={"app_token": WEB, "session_token": owner}).status_code == 403
    renewed = http("/1/sessions/reup", data={"session_token": owner}).json()["session"]["session_token"]
    assert http("/1/sessions/reup", data={"session_token": owner}).status_code in (401, 403)
    assert http("/1/sessions/delete", data={"session_token": renewed}).status_code == 200
    assert http("/1/sessions/reup", data={"session_token": renewed}).status_code in (401, 403)
    reset = http("/1/reset_user_password", data={"email": "keeper@example.org"})
    assert reset.json()["message"] if reset.status_code != 200 else reset.json()

with step("pages-of-other-origins"):
    for path in ["/1/sessions", "/1/users", "/1/reset_user_password", "/1/unknown"]:
        headers = {"Origin": "https://web.example", "Access-Control-Request-Method": "POST"}
        answer = requests.options(f"https://{server}{path}", headers=headers, verify=authority, timeout=60)
        allowed = answer.headers["access-control-allow-headers"].lower()
        assert answer.ok and answer.headers["access-control-allow-origin"] == "*" and "anki-app-key" in allowed
    missing = http("/1/unknown")
    assert missing.status_code == 404 and missing.json()["message"] and missing.headers["access-control-allow-origin"] == "*"

with step("the-check"):
    for path in ["/ok", "/ok:80", "/ok?emresn=00601b50&ankiversion=1.8&victorversion=1.8"]:
        for base, more in [(f"http://{server}", {}), (f"https://{server}", {"verify": authority})]:
            for method in ["GET", "HEAD"]:
                answer = requests.request(method, base + path, allow_redirects=False, timeout=60, **more)
                assert answer.status_code == 200, (method, base, path, answer.status_code)
    assert requests.post(f"http://{server}/1/sessions", data={"username": "a", "password": "b"}, timeout=60).status_code == 404

with step("health-and-reflection"):
    with robot.channel(certificate=False) as channel:
        check = channel.unary_unary("/grpc.health.v1.Health/Check", None, None)
        assert check(b"", timeout=60) == b"\x08\x01"
        assert check(b"\x0a\x0dtokenpb.Token", timeout=60) == b"\x08\x01"
        for version in ["v1", "v1alpha"]:
            reflect = channel.stream_stream(f"/grpc.reflection.{version}.ServerReflection/ServerReflectionInfo", None, None)
            # list_services
            answer = next(reflect(iter([b"\x3a\x01*"]), timeout=60))
            assert b"tokenpb.Token" in answer and b"jdocspb.Jdocs" in answer, answer
