"""Section 3: the settings of a service that drive its tokens. Each step replaces the configuration, and the last one puts it back."""

import contextlib
import json

from authlete.dto.authorization_request import AuthorizationRequest
from authlete.dto.introspection_request import IntrospectionRequest
from authlete.dto.token_create_request import TokenCreateRequest
from authlete.types.grant_type import GrantType
from authlete.types.jws_alg import JWSAlg

from .case import asked, says
from .clients import token_for
from .runtime import claims_of, issued, redeemed, request, ticket, token
from .services import described


@contextlib.contextmanager
def configured(the, name, **settings):
    """A step with these settings of the service; afterwards they are as before."""

    def write(**more):
        wanted = described(the.issuer, **more)
        wanted.apiKey = the.service_id
        the.organization.updateService(wanted)

    with the.step(name):
        write(**settings)
        try:
            yield
        finally:
            write()


def seen(the, text):
    return the.api.introspection(asked(IntrospectionRequest, token=text))


def refreshed(the, refresh_token):
    return token(the, grant_type="refresh_token", refresh_token=refresh_token)


def drive(the):
    with configured(the, "jwt-access-tokens", accessTokenSignAlg=JWSAlg.ES256):
        made = token_for(the, "signed", "read")
        assert made.jwtAccessToken and made.accessToken, "both forms are answered"
        claims = claims_of(made.jwtAccessToken)
        assert claims["jti"] == made.accessToken, f"jti is {claims['jti']}: it is the opaque token itself"
        assert (claims["iss"], claims["sub"], claims["client_id"]) == (the.issuer, "signed", str(the.client.clientId)), claims
        assert claims["scope"] == "read" and abs(claims["exp"] * 1000 - made.expiresAt) < 1000, claims
        for form in (made.jwtAccessToken, made.accessToken):
            says(seen(the, form), "A056001", action="OK", subject="signed")
        more = asked(TokenCreateRequest, grantType=GrantType.CLIENT_CREDENTIALS, clientId=the.client.clientId)
        more.jwtAtClaims = '{"berth":7}'
        assert claims_of(says(the.api.tokenCreate(more), action="OK").jwtAccessToken)["berth"] == 7, "jwtAtClaims"
        answer = says(redeemed(the, issued(the).authorizationCode), action="OK")
        assert json.loads(answer.responseContent)["access_token"] == answer.jwtAccessToken, "the client gets the JWT"
        the.api.tokenDelete(made.jwtAccessToken)
        says(seen(the, made.jwtAccessToken), action="UNAUTHORIZED")

    with configured(the, "refreshTokenKept", refreshTokenKept=True):
        made = token_for(the, "kept", "read")
        answer = refreshed(the, made.refreshToken)
        says(answer, "A053001", action="OK", refreshToken=made.refreshToken, accessToken=lambda got: got != made.accessToken)
        says(seen(the, made.accessToken), action="UNAUTHORIZED")

    with configured(the, "refreshTokenDurationKept", refreshTokenDurationKept=True, refreshTokenDuration=5000):
        made = asked(TokenCreateRequest, grantType=GrantType.AUTHORIZATION_CODE, clientId=the.client.clientId, subject="kept")
        made.refreshTokenDuration, made.scopes = 600, ["read"]
        answer = refreshed(the, says(the.api.tokenCreate(made), action="OK").refreshToken)
        says(answer, action="OK", refreshTokenDuration=lambda got: 590 <= got <= 600)

    with configured(the, "refreshTokenIdempotent", refreshTokenIdempotent=True):
        made = token_for(the, "twice", "read")
        first = says(refreshed(the, made.refreshToken), action="OK", previousRefreshTokenUsed=False)
        again = says(refreshed(the, made.refreshToken), action="OK", previousRefreshTokenUsed=True)
        assert again.refreshToken == first.refreshToken, "another refresh token at the second time"

    with configured(the, "singleAccessTokenPerSubject", singleAccessTokenPerSubject=True):
        first = token_for(the, "single", "read")
        second = token_for(the, "single", "read")
        says(seen(the, first.accessToken), action="UNAUTHORIZED")
        says(seen(the, second.accessToken), action="OK")
        says(refreshed(the, first.refreshToken), action="BAD_REQUEST")

    with configured(the, "tokenExpirationLinked", tokenExpirationLinked=True, refreshTokenDuration=60):
        says(token_for(the, "linked", "read"), expiresIn=lambda got: 0 < got <= 60)

    grants = [GrantType.AUTHORIZATION_CODE, GrantType.CLIENT_CREDENTIALS]
    with configured(the, "without-refresh-tokens", supportedGrantTypes=grants):
        made = says(token_for(the, "once", "read"), refreshToken=None)
        says(seen(the, made.accessToken), action="OK", refreshable=False)
        refused = asked(TokenCreateRequest, grantType=GrantType.AUTHORIZATION_CODE, clientId=the.client.clientId, subject="once")
        refused.refreshToken = f"a-refresh-token-that-is-not-supported-{the.version}"
        says(the.api.tokenCreate(refused), "A108202", action="BAD_REQUEST")
        says(token(the, grant_type="password", username="mara", password="x"), action="BAD_REQUEST")

    with configured(the, "pkceRequired", pkceRequired=True):
        without = request(the).split("&code_challenge=")[0]
        answer = the.api.authorization(asked(AuthorizationRequest, parameters=without))
        says(answer, action=lambda got: got in ("LOCATION", "BAD_REQUEST"), ticket=None)
        assert "invalid_request" in answer.responseContent, answer.responseContent

    with configured(the, "parRequired", parRequired=True):
        answer = the.api.authorization(asked(AuthorizationRequest, parameters=request(the)))
        says(answer, action=lambda got: got in ("LOCATION", "BAD_REQUEST"), ticket=None)

    with configured(the, "durations", accessTokenDuration=100, refreshTokenDuration=200):
        says(token_for(the, "brief", "read"), expiresIn=100)
        answer = says(token(the, grant_type="client_credentials", scope="read"), action="OK", accessTokenDuration=100)
        assert json.loads(answer.responseContent)["expires_in"] == 100, answer.responseContent

    with the.step("response-modes"):
        answer = issued(the, ticket=ticket(the, response_mode="form_post"))
        says(answer, "A040001", action="FORM", responseContent=lambda got: "<form" in got and answer.authorizationCode in got)
