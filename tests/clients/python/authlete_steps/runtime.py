"""Section 4.1: authorization, token, introspection, revocation, user info, pushed requests; reissue of section 2.6."""

import base64
import hashlib
import json
from urllib.parse import parse_qs, urlsplit

from authlete.dto.authorization_fail_reason import AuthorizationFailReason
from authlete.dto.authorization_fail_request import AuthorizationFailRequest
from authlete.dto.authorization_issue_request import AuthorizationIssueRequest
from authlete.dto.authorization_request import AuthorizationRequest
from authlete.dto.id_token_reissue_request import IDTokenReissueRequest
from authlete.dto.introspection_request import IntrospectionRequest
from authlete.dto.property import Property
from authlete.dto.pushed_auth_req_request import PushedAuthReqRequest
from authlete.dto.revocation_request import RevocationRequest
from authlete.dto.standard_introspection_request import StandardIntrospectionRequest
from authlete.dto.token_fail_reason import TokenFailReason
from authlete.dto.token_fail_request import TokenFailRequest
from authlete.dto.token_issue_request import TokenIssueRequest
from authlete.dto.token_request import TokenRequest
from authlete.dto.userinfo_issue_request import UserInfoIssueRequest
from authlete.dto.userinfo_request import UserInfoRequest

from .case import asked, form, says
from .clients import REDIRECT_URI, token_for

VERIFIER = "a-code-verifier-of-fifty-characters-0123456789-abc"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"


def request(the, **more):
    """The query of an authorization request."""
    members = {
        "response_type": "code",
        "client_id": the.client.clientId,
        "redirect_uri": REDIRECT_URI,
        "scope": "openid profile read",
        "state": "of-the-client",
        "nonce": "once",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return form(**{**members, **more})


def ticket(the, **more):
    return says(the.api.authorization(asked(AuthorizationRequest, parameters=request(the, **more))), action="INTERACTION").ticket


def issued(the, **more):
    members = {"ticket": ticket(the), "subject": "mara", "authTime": 1_700_000_000, "acr": "silver"}
    return the.api.authorizationIssue(asked(AuthorizationIssueRequest, **{**members, **more}))


def token(the, app=None, more=None, **members):
    """A token request with the client's Authorization header."""
    made = asked(TokenRequest, parameters=form(**members), **(app or the.app))
    for name, value in (more or {}).items():
        setattr(made, name, value)
    return the.api.token(made)


def redeemed(the, code, **more):
    members = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT_URI, "code_verifier": VERIFIER}
    return token(the, **{**members, **more})


def claims_of(jwt):
    part = jwt.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def authorization(the):
    with the.step("authorization"):
        made = asked(AuthorizationRequest, parameters=request(the, login_hint="mara", prompt="login"), context="my own notes")
        answer = says(
            the.api.authorization(made),
            "A004001",
            action="INTERACTION",
            ticket=lambda got: bool(got),
            loginHint="mara",
            maxAge=0,
            scopes=lambda got: sorted(each.name for each in got or []) == ["openid", "profile", "read"],
            prompts=lambda got: [each.name for each in got or []] == ["LOGIN"],
        )
        assert answer.service.serviceName == "Harbour" and answer.client.clientName == "Tide Tables"
        assert answer.client.clientId == the.client.clientId
        the.ticket = answer.ticket
        again = says(the.api.authorization(asked(AuthorizationRequest, parameters=request(the, max_age=0))), action="INTERACTION")
        assert "LOGIN" in [each.name for each in again.prompts or []], "max_age=0 asks for a sign-in"
        silent = the.api.authorization(asked(AuthorizationRequest, parameters=request(the, prompt="none")))
        says(silent, action="NO_INTERACTION", ticket=lambda got: bool(got))

    with the.step("authorization-refused"):
        unknown = asked(AuthorizationRequest, parameters=request(the, client_id="987654321"))
        refused = says(the.api.authorization(unknown), action="BAD_REQUEST", resultCode=lambda got: got[4] == "3")
        assert json.loads(refused.responseContent)["error"], refused.responseContent
        foreign = asked(AuthorizationRequest, parameters=request(the, redirect_uri="https://evil.example/cb"))
        says(the.api.authorization(foreign), action="BAD_REQUEST", ticket=None)
        unserved = asked(AuthorizationRequest, parameters=request(the, response_type="nonsense"))
        answer = says(the.api.authorization(unserved), action=lambda got: got in ("LOCATION", "BAD_REQUEST"))
        assert "error=" in answer.responseContent or '"error"' in answer.responseContent, answer.responseContent
        empty = the.api.authorization(asked(AuthorizationRequest))
        says(empty, action=lambda got: got in ("BAD_REQUEST", "INTERNAL_SERVER_ERROR"), resultCode=lambda got: got[:5] == "A0042")

    with the.step("authorizationIssue"):
        answer = issued(the, properties=[Property({"key": "ship", "value": "Argo"})], claims='{"name":"Mara"}')
        says(answer, "A040001", action="LOCATION", authorizationCode=lambda got: bool(got))
        to = urlsplit(answer.responseContent)
        query = parse_qs(to.query)
        assert f"{to.scheme}://{to.netloc}{to.path}" == REDIRECT_URI, answer.responseContent
        assert query["code"] == [answer.authorizationCode] and query["state"] == ["of-the-client"], query
        assert query.get("iss") == [the.issuer], query
        the.code = answer.authorizationCode
        used = ticket(the)
        says(issued(the, ticket=used), action="LOCATION")
        says(issued(the, ticket=used), "A041202", action=lambda got: got in ("BAD_REQUEST", "INTERNAL_SERVER_ERROR"))
        says(issued(the, ticket="nobody-has-it"), action=lambda got: got in ("BAD_REQUEST", "INTERNAL_SERVER_ERROR"))
        says(issued(the, subject=None), action=lambda got: got in ("BAD_REQUEST", "INTERNAL_SERVER_ERROR"))

    with the.step("authorizationFail"):
        def failed(reason, error, **more):
            made = asked(AuthorizationFailRequest, ticket=ticket(the), reason=reason, **more)
            answer = says(the.api.authorizationFail(made), action="LOCATION", resultCode=lambda got: got[:5] == "A0603")
            query = parse_qs(urlsplit(answer.responseContent).query)
            assert query["error"] == [error] and query["state"] == ["of-the-client"], query

        failed(AuthorizationFailReason.DENIED, "access_denied", description="No.")
        failed(AuthorizationFailReason.NOT_LOGGED_IN, "login_required")
        failed(AuthorizationFailReason.CONSENT_REQUIRED, "consent_required")
        failed(AuthorizationFailReason.INTERACTION_REQUIRED, "interaction_required")
        failed(AuthorizationFailReason.ACCOUNT_SELECTION_REQUIRED, "account_selection_required")
        failed(AuthorizationFailReason.SERVER_ERROR, "server_error")
        gone = asked(AuthorizationFailRequest, ticket="nobody-has-it", reason=AuthorizationFailReason.DENIED)
        says(the.api.authorizationFail(gone), action=lambda got: got in ("BAD_REQUEST", "INTERNAL_SERVER_ERROR"))


def code_and_refresh(the):
    with the.step("token"):
        answer = says(redeemed(the, the.code), "A050001", action="OK")
        the.tokens, the.id_token = answer, answer.idToken
        says(
            answer,
            grantType="AUTHORIZATION_CODE",
            clientId=the.client.clientId,
            subject="mara",
            scopes=lambda got: sorted(got or []) == ["openid", "profile", "read"],
            accessTokenDuration=3600,
            refreshTokenDuration=86400,
            accessTokenExpiresAt=lambda got: got > 1_500_000_000_000,
            idToken=lambda got: bool(got),
            clientAuthMethod="CLIENT_SECRET_BASIC",
        )
        body = json.loads(answer.responseContent)
        assert body["access_token"] == answer.accessToken and body["id_token"] == answer.idToken, body
        assert body["token_type"].lower() == "bearer" and body["ship"] == "Argo", body
        claims = claims_of(answer.idToken)
        assert (claims["iss"], claims["sub"], claims["nonce"]) == (the.issuer, "mara", "once"), claims
        assert claims["auth_time"] == 1_700_000_000 and claims["acr"] == "silver" and claims["name"] == "Mara", claims
        assert claims["aud"] in (str(the.client.clientId), [str(the.client.clientId)]), claims

    with the.step("token-refused"):
        twice = issued(the).authorizationCode
        ended = says(redeemed(the, twice), action="OK")
        again = says(redeemed(the, twice), action="BAD_REQUEST", resultCode=lambda got: got[:4] == "A050")
        says(the.api.introspection(asked(IntrospectionRequest, token=ended.accessToken)), action="UNAUTHORIZED")
        assert json.loads(again.responseContent)["error"] == "invalid_grant", again.responseContent
        wrong = {**the.app, "clientSecret": "not-the-secret"}
        answer = says(token(the, app=wrong, grant_type="client_credentials"), action="INVALID_CLIENT")
        assert json.loads(answer.responseContent)["error"] == "invalid_client", answer.responseContent
        answer = says(token(the, grant_type="nonsense"), action="BAD_REQUEST", resultCode=lambda got: got[:4] == "A049")
        assert json.loads(answer.responseContent)["error"] == "unsupported_grant_type", answer.responseContent
        code = issued(the).authorizationCode
        answer = says(redeemed(the, code, code_verifier=VERIFIER[::-1]), action="BAD_REQUEST")
        assert json.loads(answer.responseContent)["error"] == "invalid_grant", answer.responseContent
        post = {"client_id": the.app["clientId"], "client_secret": the.app["clientSecret"]}
        answer = token(the, app={"clientId": None, "clientSecret": None}, grant_type="client_credentials", **post)
        says(answer, action="INVALID_CLIENT")

    with the.step("token-client-credentials"):
        more = {"properties": [Property({"key": "ship", "value": "Argo"})]}
        answer = token(the, more=more, grant_type="client_credentials", scope="read")
        says(answer, "A052001", action="OK", subject=None, refreshToken=None, grantType="CLIENT_CREDENTIALS", scopes=["read"])
        assert json.loads(answer.responseContent)["ship"] == "Argo", answer.responseContent

    with the.step("introspection"):
        made = asked(IntrospectionRequest, token=the.tokens.accessToken, scopes=["read"], subject="mara")
        says(
            the.api.introspection(made),
            "A056001",
            action="OK",
            existent=True,
            usable=True,
            sufficient=True,
            refreshable=True,
            clientId=the.client.clientId,
            subject="mara",
            grantType="AUTHORIZATION_CODE",
            expiresAt=the.tokens.accessTokenExpiresAt,
            acr="silver",
            authTime=1_700_000_000,
        )
        narrow = asked(IntrospectionRequest, token=the.tokens.accessToken, scopes=["write"])
        answer = says(the.api.introspection(narrow), action="FORBIDDEN", resultCode=lambda got: got[:5] == "A0643")
        assert answer.responseContent.startswith("Bearer") and "insufficient_scope" in answer.responseContent
        other = asked(IntrospectionRequest, token=the.tokens.accessToken, subject="somebody")
        says(the.api.introspection(other), action="FORBIDDEN", resultCode=lambda got: got[:5] == "A0663")
        unknown = asked(IntrospectionRequest, token="nobody-has-this-token-0123456789")
        says(the.api.introspection(unknown), "A057302", action="UNAUTHORIZED", existent=False)
        says(the.api.introspection(asked(IntrospectionRequest)), "A057301", action="BAD_REQUEST")

    with the.step("standardIntrospection"):
        def active(**members):
            answer = the.api.standardIntrospection(asked(StandardIntrospectionRequest, **members))
            return says(answer, "A145001", action="OK") and json.loads(answer.responseContent)

        said = active(parameters=form(token=the.tokens.accessToken))
        assert said["active"] is True and said["sub"] == "mara" and said["iss"] == the.issuer, said
        assert said["client_id"] == str(the.client.clientId) and set(said["scope"].split()) == {"openid", "profile", "read"}
        assert said["exp"] * 1000 <= the.tokens.accessTokenExpiresAt + 1000, said
        assert active(parameters=form(token=the.tokens.refreshToken))["active"] is True
        assert active(parameters=form(token="nobody-has-it")) == {"active": False}
        hidden = [Property({"key": "crew", "value": "50", "hidden": True})]
        secret = token(the, more={"properties": hidden}, grant_type="client_credentials", scope="read").accessToken
        assert "crew" not in active(parameters=form(token=secret)), "a hidden property is shown"
        assert active(parameters=form(token=secret), withHiddenProperties=True)["crew"] == "50"
        without = the.api.standardIntrospection(asked(StandardIntrospectionRequest, parameters=form(other="member")))
        says(without, action="BAD_REQUEST", resultCode=lambda got: got[:5] == "A1453")

    with the.step("userinfo"):
        answer = says(the.api.userinfo(asked(UserInfoRequest, token=the.tokens.accessToken)), "A091001", action="OK")
        says(answer, subject="mara", clientId=the.client.clientId, token=the.tokens.accessToken)
        unknown = the.api.userinfo(asked(UserInfoRequest, token="nobody-has-it"))
        says(unknown, action="UNAUTHORIZED", resultCode=lambda got: got[:4] == "A092")
        assert "invalid_token" in unknown.responseContent, unknown.responseContent
        plain = token_for(the, "mara", "read").accessToken
        says(the.api.userinfo(asked(UserInfoRequest, token=plain)), action="FORBIDDEN", resultCode=lambda got: got[:5] == "A0933")
        says(the.api.userinfo(asked(UserInfoRequest)), action="BAD_REQUEST")

    with the.step("userinfoIssue"):
        made = asked(UserInfoIssueRequest, token=the.tokens.accessToken, claims='{"name":"Mara","locale":"nl"}')
        answer = says(the.api.userinfoIssue(made), "A096001", action="JSON")
        assert json.loads(answer.responseContent) == {"sub": "mara", "name": "Mara", "locale": "nl"}, answer.responseContent
        made.sub = "another-name-for-mara"
        assert json.loads(the.api.userinfoIssue(made).responseContent)["sub"] == "another-name-for-mara"
        unknown = asked(UserInfoIssueRequest, token="nobody-has-it", claims="{}")
        says(the.api.userinfoIssue(unknown), action="UNAUTHORIZED")

    with the.step("token-refresh-and-idTokenReissue"):
        answer = token(the, grant_type="refresh_token", refresh_token=the.tokens.refreshToken)
        says(answer, action="ID_TOKEN_REISSUABLE", subject="mara", grantType="REFRESH_TOKEN", resultCode=lambda got: got[4] == "0")
        says(answer, accessToken=lambda got: got and got != the.tokens.accessToken, refreshToken=lambda got: bool(got))
        body = json.loads(answer.responseContent)
        assert body["access_token"] == answer.accessToken and "id_token" not in body, body
        listed = the.api.getTokenList(subject="mara", start=0, end=20).accessTokens
        assert any(each.lastRefreshedAt > 0 and each.grantType.name == "AUTHORIZATION_CODE" for each in listed)
        made = asked(
            IDTokenReissueRequest,
            accessToken=answer.jwtAccessToken or answer.accessToken,
            refreshToken=answer.refreshToken,
            claims='{"name":"Mara"}',
            idtHeaderParams='{"marked":"yes"}',
            idTokenAudType="string",
        )
        reissued = says(the.api.idTokenReissue(made), action="OK", idToken=lambda got: bool(got))
        whole = json.loads(reissued.responseContent)
        assert (whole["id_token"], whole["access_token"]) == (reissued.idToken, answer.accessToken), whole
        claims = claims_of(reissued.idToken)
        assert claims["aud"] == str(the.client.clientId) and claims["name"] == "Mara", claims
        assert claims["sub"] == "mara" and claims["auth_time"] == 1_700_000_000 and "nonce" not in claims, claims
        made.accessToken = "nobody-has-it"
        says(the.api.idTokenReissue(made), action="CALLER_ERROR", resultCode=lambda got: got[4] == "2")
        says(the.api.idTokenReissue(asked(IDTokenReissueRequest)), action="CALLER_ERROR")
        old = token(the, grant_type="refresh_token", refresh_token="nobody-has-this-refresh-token")
        says(old, "A053305", action="BAD_REQUEST")
        the.tokens = answer


def other_grants(the):
    with the.step("token-password"):
        def asks():
            answer = token(the, grant_type="password", username="mara", password="of the sea", scope="read")
            return says(answer, "A051001", action="PASSWORD", username="mara", password="of the sea", accessToken=None).ticket

        answer = the.api.tokenIssue(asked(TokenIssueRequest, ticket=asks(), subject="mara"))
        says(answer, "A054001", action="OK", subject="mara", clientId=the.client.clientId, scopes=["read"])
        assert json.loads(answer.responseContent)["access_token"] == answer.accessToken
        says(the.api.tokenIssue(asked(TokenIssueRequest, ticket="nobody-has-it", subject="mara")), action="INTERNAL_SERVER_ERROR")
        says(the.api.tokenIssue(asked(TokenIssueRequest, ticket=asks())), action="INTERNAL_SERVER_ERROR")
        wrong = TokenFailReason.INVALID_RESOURCE_OWNER_CREDENTIALS
        refused = the.api.tokenFail(asked(TokenFailRequest, ticket=asks(), reason=wrong))
        says(refused, action="BAD_REQUEST", resultCode=lambda got: got[:5] == "A0673")
        assert json.loads(refused.responseContent)["error"] == "invalid_grant", refused.responseContent
        says(the.api.tokenFail(asked(TokenFailRequest, ticket="nobody-has-it", reason=wrong)), action="INTERNAL_SERVER_ERROR")

    with the.step("token-exchange"):
        subject_token = token_for(the, "mara", "read").accessToken
        kind = "urn:ietf:params:oauth:token-type:access_token"
        answer = token(the, grant_type=EXCHANGE, subject_token=subject_token, subject_token_type=kind, audience="harbour")
        says(answer, action="TOKEN_EXCHANGE", subjectToken=subject_token, subjectTokenType="ACCESS_TOKEN", audiences=["harbour"])
        assert answer.subjectTokenInfo.subject == "mara" and not answer.responseContent
        answer = token(the, grant_type=EXCHANGE, subject_token="nobody-has-it", subject_token_type=kind)
        says(answer, action="BAD_REQUEST")

    with the.step("token-jwt-bearer"):
        part = lambda said: base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")
        claims = {"iss": "https://idp.example", "sub": "mara", "aud": f"{the.issuer}/token", "exp": 4_000_000_000}
        assertion = ".".join([part({"alg": "ES256"}), part(claims), "AAAA"])
        says(token(the, grant_type=BEARER, assertion=assertion, scope="read"), action="JWT_BEARER", assertion=assertion)
        says(token(the, grant_type=BEARER, assertion="not a jwt"), action="BAD_REQUEST")


def pushed(the):
    with the.step("pushAuthorizationRequest"):
        made = asked(PushedAuthReqRequest, parameters=request(the), **the.app)
        answer = says(the.api.pushAuthorizationRequest(made), action="CREATED", clientAuthMethod="CLIENT_SECRET_BASIC")
        body = json.loads(answer.responseContent)
        assert body["request_uri"] == answer.requestUri and body["expires_in"] == 300, body
        query = form(client_id=the.client.clientId, request_uri=answer.requestUri)
        says(the.api.authorization(asked(AuthorizationRequest, parameters=query)), action="INTERACTION")
        wrong = asked(PushedAuthReqRequest, parameters=request(the), **{**the.app, "clientSecret": "not-the-secret"})
        says(the.api.pushAuthorizationRequest(wrong), action="UNAUTHORIZED")
        foreign = asked(PushedAuthReqRequest, parameters=request(the, redirect_uri="https://evil.example/"), **the.app)
        says(the.api.pushAuthorizationRequest(foreign), action="BAD_REQUEST", requestUri=None)


def revocation(the):
    with the.step("revocation"):
        made = token_for(the, "mara", "read")
        asks = asked(RevocationRequest, parameters=form(token=made.accessToken), **the.app)
        says(the.api.revocation(asks), "A113001", action="OK")
        says(the.api.introspection(asked(IntrospectionRequest, token=made.accessToken)), action="UNAUTHORIZED")
        refresh = token(the, grant_type="refresh_token", refresh_token=made.refreshToken)
        says(refresh, action="BAD_REQUEST")
        wrong = asked(RevocationRequest, parameters=form(token=made.accessToken), **{**the.app, "clientSecret": "wrong"})
        says(the.api.revocation(wrong), action="INVALID_CLIENT")
        without = asked(RevocationRequest, parameters=form(token_type_hint="access_token"), **the.app)
        says(the.api.revocation(without), action="BAD_REQUEST", resultCode=lambda got: got[:5] == "A1153")


def drive(the):
    for part in (authorization, code_and_refresh, other_grants, pushed, revocation):
        part(the)
