"""Section 2: the six token-management operations; reissue is in runtime, where the tokens come from."""

import base64
import hashlib
import json
import time

from authlete.dto.authz_details import AuthzDetails
from authlete.dto.introspection_request import IntrospectionRequest
from authlete.dto.property import Property
from authlete.dto.token_create_request import TokenCreateRequest
from authlete.dto.token_revoke_request import TokenRevokeRequest
from authlete.dto.token_update_request import TokenUpdateRequest
from authlete.types.grant_type import GrantType

from .case import asked, fails, says
from .clients import described, token_for

THUMBPRINT = base64.urlsafe_b64encode(hashlib.sha256(b"a certificate").digest()).decode().rstrip("=")


def hashed(value):
    return base64.urlsafe_b64encode(hashlib.sha256(value.encode()).digest()).decode().rstrip("=")


def seen(the, token):
    return the.api.introspection(asked(IntrospectionRequest, token=token))


def pairs(properties):
    return sorted((each.key, each.value, each.hidden) for each in properties or [])


def create(the):
    def request(**more):
        members = {"grantType": GrantType.AUTHORIZATION_CODE, "clientId": the.client.clientId, "subject": "creator"}
        return asked(TokenCreateRequest, **{**members, **more})

    def refused(code, action="BAD_REQUEST", **more):
        says(the.api.tokenCreate(request(**more)), code, action=action)

    with the.step("tokenCreate"):
        before = int(time.time() * 1000)
        answer = the.api.tokenCreate(request(scopes=["openid", "read"]))
        says(
            answer,
            "A109001",
            action="OK",
            grantType="AUTHORIZATION_CODE",
            clientId=the.client.clientId,
            subject="creator",
            scopes=lambda got: sorted(got or []) == ["openid", "read"],
            accessToken=lambda got: got and len(got) >= 43,
            refreshToken=lambda got: got and len(got) >= 43,
            tokenType="Bearer",
            expiresIn=3600,
            expiresAt=lambda got: before + 3_590_000 <= got <= before + 3_700_000,
            tokenId=lambda got: bool(got),
        )
        says(seen(the, answer.accessToken), "A056001", action="OK", usable=True, subject="creator")

    with the.step("tokenCreate-with-everything"):
        details = AuthzDetails({"elements": [{"type": "pier", "actions": ["moor"], "otherFields": '{"berth":7}'}]})
        properties = [Property({"key": "ship", "value": "Argo"}), Property({"key": "crew", "value": "50", "hidden": True})]
        answer = the.api.tokenCreate(
            request(
                scopes=["read"],
                accessTokenDuration=77,
                refreshTokenDuration=777,
                properties=properties,
                accessToken=f"chosen-access-token-{the.version}-0123456789",
                refreshToken=f"chosen-refresh-token-{the.version}-0123456789",
                authorizationDetails=details,
                resources=["https://api.example/"],
                acr="silver",
                authTime=1_700_000_000,
            )
        )
        says(answer, "A109001", action="OK", expiresIn=77, accessToken=f"chosen-access-token-{the.version}-0123456789")
        says(answer, refreshToken=f"chosen-refresh-token-{the.version}-0123456789")
        assert pairs(answer.properties) == [("crew", "50", True), ("ship", "Argo", False)], pairs(answer.properties)
        element = answer.authorizationDetails.elements[0]
        assert (element.type, element.actions, json.loads(element.otherFields)) == ("pier", ["moor"], {"berth": 7})
        shown = says(seen(the, answer.accessToken), action="OK", acr="silver", authTime=1_700_000_000)
        assert pairs(shown.properties) == pairs(answer.properties), "introspection shows other properties"
        assert "https://api.example/" in (shown.accessTokenResources or shown.resources or []), "resources are lost"
        assert shown.authorizationDetails.elements[0].type == "pier"
        bound = the.api.tokenCreate(request(certificateThumbprint=THUMBPRINT))
        without = says(seen(the, bound.accessToken), action=lambda got: got in ("UNAUTHORIZED", "FORBIDDEN", "BAD_REQUEST"))
        assert without.resultCode[:4] == "A065", without.resultCode
        proven = the.api.tokenCreate(request(dpopKeyThumbprint=hashed("a key")))
        says(proven, action="OK", tokenType="DPoP")
        lasting = the.api.tokenCreate(request(accessTokenPersistent=True, accessTokenDuration=1))
        says(lasting, action="OK", expiresIn=0, expiresAt=0)
        by_client = the.api.tokenCreate(request(grantType=GrantType.CLIENT_CREDENTIALS))
        says(by_client, action="OK", subject=None, refreshToken=None)
        brief = the.api.tokenCreate(request(scopes=["read", "brief"]))
        says(brief, action="OK", expiresIn=120)

    with the.step("tokenCreate-refused"):
        refused("A104201", grantType=None)
        refused("A104202", grantType=GrantType.REFRESH_TOKEN)
        refused("A104203", grantType=GrantType.CIBA)
        refused("A105201", subject=None)
        refused("A105202", subject="x" * 101)
        refused("A105203", subject="Zoë")
        refused("A106201", scopes=["read", "nobody:knows"])
        refused("A107201", clientId=987654321)
        refused("A107201", clientId=0)
        refused("A108201", properties=[Property({"key": "big", "value": "x" * 70_000})])
        refused("A108204", grantType=GrantType.CLIENT_CREDENTIALS, refreshToken="a-refresh-token-for-a-client-0123456")
        refused("A144201", accessToken=f"chosen-access-token-{the.version}-0123456789")
        refused("A144202", refreshToken=f"chosen-refresh-token-{the.version}-0123456789")


def list_them(the):
    with the.step("getTokenList"):
        made = [token_for(the, "listed", "read") for _ in range(7)]
        answer = says(the.api.getTokenList(subject="listed"), start=0, end=5, totalCount=7, subject="listed", client=None)
        assert len(answer.accessTokens) == 5, f"{len(answer.accessTokens)} tokens by default, not 5"
        alias = f"tides-{the.version}"
        answer = says(the.api.getTokenList(alias, "listed", 5, 25), start=5, end=25, totalCount=7)
        assert answer.client.clientId == the.client.clientId and answer.client.clientName == "Tide Tables"
        last = says(
            answer.accessTokens[-1],
            accessTokenHash=hashed(made[-1].accessToken),
            refreshTokenHash=hashed(made[-1].refreshToken),
            clientId=the.client.clientId,
            subject="listed",
            grantType="AUTHORIZATION_CODE",
            scopes=["read"],
            lastRefreshedAt=0,
            refreshTokenExpiresAt=lambda got: got > 1_500_000_000_000,
        )
        assert abs(last.accessTokenExpiresAt - made[-1].expiresAt) < 1000, "another expiry than create has said"
        count = says(the.api.getTokenList(start=0, end=0), accessTokens=lambda got: not got)
        assert count.totalCount >= 7, f"totalCount is {count.totalCount}: no filter counts all"
        fails(lambda: the.api.getTokenList(start=-1), 400, code="A159202")
        fails(lambda: the.api.getTokenList(end=-1), 400, code="A159204")
        fails(lambda: the.api.getTokenList(start="one"), 400, code="A159201")
        fails(lambda: the.api.getTokenList(start=0, end=21), 400, code="A159205")
        fails(lambda: the.api.getTokenList("987654321"), 400, code="A001218")


def update(the):
    def updated(**members):
        return the.api.tokenUpdate(asked(TokenUpdateRequest, **members))

    with the.step("tokenUpdate"):
        made = token_for(the, "updated", "read")
        until = (int(time.time()) + 5000) * 1000
        properties = [Property({"key": "berth", "value": "7"})]
        answer = updated(
            accessToken=made.accessToken,
            accessTokenExpiresAt=until,
            refreshTokenExpiresAt=until + 1000,
            scopes=["write", "nobody:knows"],
            properties=properties,
        )
        says(answer, "A135001", action="OK", accessToken=made.accessToken, scopes=["write"], tokenId=made.tokenId)
        says(answer, accessTokenExpiresAt=until, refreshTokenExpiresAt=until + 1000, tokenType="Bearer")
        shown = says(seen(the, made.accessToken), action="OK", scopes=["write"], expiresAt=until)
        assert pairs(shown.properties) == [("berth", "7", False)]

    with the.step("tokenUpdate-by-hash-and-id"):
        says(updated(accessTokenHash=hashed(made.accessToken), scopes=["read"]), "A135001", action="OK", scopes=["read"])
        answer = updated(tokenId=made.tokenId, accessTokenValueUpdated=True)
        says(answer, "A135001", action="OK", accessToken=lambda got: got and got != made.accessToken, tokenId=made.tokenId)
        says(seen(the, made.accessToken), action="UNAUTHORIZED", existent=False)
        says(seen(the, answer.accessToken), action="OK", scopes=["read"])
        lasting = updated(accessToken=answer.accessToken, accessTokenPersistent=True)
        says(lasting, "A135001", action="OK")
        says(updated(accessToken=answer.accessToken, scopes=["read"]), "A135001", action="OK")
        request = asked(IntrospectionRequest, token=answer.accessToken, scopes=["write"])
        says(the.api.introspection(request), action="FORBIDDEN", sufficient=False)

    with the.step("tokenUpdate-durations-of-scopes"):
        brief = token_for(the, "updated", "read")
        flag = {"accessTokenExpiresAtUpdatedOnScopeUpdate": True}
        answer = updated(accessToken=brief.accessToken, scopes=["read", "brief"], **flag)
        left = answer.accessTokenExpiresAt / 1000 - time.time()
        assert 100 < left <= 121, f"{left} s left: the new scope says 120"

    with the.step("tokenUpdate-refused"):
        says(updated(scopes=["read"]), "A134201", action="BAD_REQUEST")
        says(updated(accessToken="nobody-has-this-token-0123456789"), "A134202", action="NOT_FOUND")


def delete(the):
    with the.step("tokenDelete"):
        made = token_for(the, "deleted", "read")
        the.api.tokenDelete(made.accessToken)
        says(seen(the, made.accessToken), "A057302", action="UNAUTHORIZED", existent=False, usable=False)
        for name, identifier in [("hash", lambda it: hashed(it.accessToken)), ("refresh token", lambda it: it.refreshToken)]:
            other = token_for(the, "deleted", "read")
            the.api.tokenDelete(identifier(other))
            assert seen(the, other.accessToken).action.name == "UNAUTHORIZED", f"not deleted by its {name}"
        the.api.tokenDelete("nobody-has-this-token-0123456789")
        the.api.tokenDelete("nobody/has+this=token")
        fails(lambda: the.stranger.tokenDelete(made.accessToken), 401)


def revoke(the):
    def revoked(count, **members):
        says(the.api.tokenRevoke(asked(TokenRevokeRequest, **members)), "A312001", count=count)

    with the.step("tokenRevoke"):
        made = token_for(the, "revoked", "read")
        revoked(1, accessTokenIdentifier=made.accessToken)
        revoked(1, accessTokenIdentifier=hashed(token_for(the, "revoked", "read").accessToken))
        revoked(1, refreshTokenIdentifier=token_for(the, "revoked", "read").refreshToken)
        says(seen(the, made.accessToken), action="UNAUTHORIZED")
        says(the.api.getTokenList(subject="revoked"), totalCount=0)
        spare = the.api.createClient(described(clientName="Revoked"))
        for client in (the.client, spare):
            request = asked(TokenCreateRequest, grantType=GrantType.AUTHORIZATION_CODE, clientId=client.clientId)
            for subject in ("pair", "pair", "third"):
                request.subject = subject
                says(the.api.tokenCreate(request), action="OK")
        revoked(2, clientIdentifier=str(the.client.clientId), subject="pair")
        revoked(3, clientIdentifier=str(spare.clientId))
        revoked(1, subject="third")
        revoked(0, subject="nobody at all")
        fails(lambda: the.api.tokenRevoke(asked(TokenRevokeRequest)), 400)
        fails(lambda: the.api.tokenRevoke(asked(TokenRevokeRequest, clientIdentifier="987654321")), 400, 404)
        the.api.deleteClient(spare.clientId)


def drive(the):
    for part in (create, list_them, update, delete, revoke):
        part(the)
