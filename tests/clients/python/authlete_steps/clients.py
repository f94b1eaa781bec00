"""Section 4.3: clients, what users allowed them, their secrets and scopes."""

from authlete.dto.client import Client
from authlete.dto.client_authorization_get_list_request import ClientAuthorizationGetListRequest
from authlete.dto.client_authorization_update_request import ClientAuthorizationUpdateRequest
from authlete.dto.client_extension import ClientExtension
from authlete.dto.token_create_request import TokenCreateRequest
from authlete.types.client_auth_method import ClientAuthMethod
from authlete.types.client_type import ClientType
from authlete.types.grant_type import GrantType
from authlete.types.response_type import ResponseType

from .case import asked, fails, says

REDIRECT_URI = "https://app.example/cb"
GRANTS = [
    GrantType.AUTHORIZATION_CODE,
    GrantType.REFRESH_TOKEN,
    GrantType.CLIENT_CREDENTIALS,
    GrantType.PASSWORD,
    GrantType.DEVICE_CODE,
    GrantType.TOKEN_EXCHANGE,
    GrantType.JWT_BEARER,
]


def described(**more):
    members = {
        "developer": "dora",
        "clientName": "Tide Tables",
        "clientType": ClientType.CONFIDENTIAL,
        "redirectUris": [REDIRECT_URI],
        "responseTypes": [ResponseType.CODE],
        "grantTypes": GRANTS,
        "tokenAuthMethod": ClientAuthMethod.CLIENT_SECRET_BASIC,
    }
    return asked(Client, **{**members, **more})


def make(the):
    """The client that all areas use."""
    with the.step("createClient"):
        the.client = the.api.createClient(described(clientIdAlias=f"tides-{the.version}", clientIdAliasEnabled=True))
        says(
            the.client,
            clientId=lambda got: 0 < got < 2**53,
            clientSecret=lambda got: got and len(got) == 86,
            clientName="Tide Tables",
            developer="dora",
            redirectUris=[REDIRECT_URI],
            clientType="CONFIDENTIAL",
            tokenAuthMethod="CLIENT_SECRET_BASIC",
            createdAt=lambda got: got > 1_500_000_000_000,
        )
        the.app = {"clientId": str(the.client.clientId), "clientSecret": the.client.clientSecret}
        fails(lambda: the.api.createClient(described(redirectUris=["not a uri"])), 400)
        plain = the.api.createClient(asked(Client, clientType=ClientType.CONFIDENTIAL))
        says(plain, tokenAuthMethod="CLIENT_SECRET_BASIC")
        got = [each.name for each in plain.grantTypes or []]
        assert got == ["AUTHORIZATION_CODE", "REFRESH_TOKEN"], f"grantTypes is {got}"
        the.api.deleteClient(plain.clientId)


def token_for(the, subject, *scopes):
    request = asked(
        TokenCreateRequest,
        grantType=GrantType.AUTHORIZATION_CODE,
        clientId=the.client.clientId,
        subject=subject,
        scopes=list(scopes),
    )
    return says(the.api.tokenCreate(request), "A109001", action="OK")


def drive(the):
    with the.step("getClient"):
        says(the.api.getClient(the.client.clientId), clientId=the.client.clientId, clientName="Tide Tables")
        says(the.api.getClient(f"tides-{the.version}"), clientId=the.client.clientId)
        fails(lambda: the.api.getClient(987654321), 400, 404, code="A0\\d{5}")

    with the.step("getClientList"):
        answer = says(the.api.getClientList(developer="dora", start=0, end=100), totalCount=1, developer="dora")
        assert [each.clientId for each in answer.clients] == [the.client.clientId]
        says(the.api.getClientList(developer="nobody"), totalCount=0)
        says(the.api.getClientList(), start=0, end=5)
        fails(lambda: the.api.getClientList(start=-1), 400)

    with the.step("updateClient"):
        wanted = the.api.getClient(the.client.clientId)
        wanted.clientName, wanted.description, wanted.clientSecret = "Tides", "Of the harbour", "overwritten-by-nobody"
        says(the.api.updateClient(wanted), clientName="Tides", description="Of the harbour", redirectUris=[REDIRECT_URI])
        wanted = described(clientIdAlias=f"tides-{the.version}", clientIdAliasEnabled=True)
        wanted.clientId = the.client.clientId
        says(the.api.updateClient(wanted), description=None, clientName="Tide Tables")
        absent = described()
        absent.clientId = 987654321
        fails(lambda: the.api.updateClient(absent), 400, 404)

    with the.step("requestable-scopes"):
        got = the.api.setRequestableScopes(the.client.clientId, ["openid", "read"])
        assert sorted(got) == ["openid", "read"], got
        assert sorted(the.api.getRequestableScopes(the.client.clientId)) == ["openid", "read"]
        extension = the.api.getClient(the.client.clientId).extension
        assert extension and extension.requestableScopesEnabled, "the client's extension does not show it"
        the.api.deleteRequestableScopes(the.client.clientId)
        extension = the.api.getClient(the.client.clientId).extension or ClientExtension()
        assert not extension.requestableScopesEnabled, "still limited"
        fails(lambda: the.api.getRequestableScopes(987654321), 400, 404)
        fails(lambda: the.api.setRequestableScopes(987654321, ["read"]), 400, 404)

    with the.step("getClientAuthorizationList"):
        token_for(the, "lister", "read")
        # The SDK sends it and cannot read any answer to it: the names of its members are a set there.
        try:
            the.api.getClientAuthorizationList(asked(ClientAuthorizationGetListRequest, subject="lister"))
        except AttributeError as error:
            assert "items" in str(error), error
        else:
            raise AssertionError("the SDK reads it now: assert on its answer")
        fails(lambda: the.api.getClientAuthorizationList(asked(ClientAuthorizationGetListRequest)), 400, code="A136\\d+")

    with the.step("updateClientAuthorization"):
        token_for(the, "narrowed", "read", "write")
        wanted = asked(ClientAuthorizationUpdateRequest, subject="narrowed", scopes=["read"])
        the.api.updateClientAuthorization(the.client.clientId, wanted)
        listed = the.api.getTokenList(subject="narrowed").accessTokens
        assert [each.scopes for each in listed] == [["read"]], [each.scopes for each in listed]
        fails(lambda: the.api.updateClientAuthorization(987654321, wanted), 400, 404)

    with the.step("deleteClientAuthorization"):
        token_for(the, "departed", "read")
        the.api.deleteClientAuthorization(the.client.clientId, "departed")
        says(the.api.getTokenList(subject="departed"), totalCount=0)
        fails(lambda: the.api.deleteClientAuthorization(987654321, "departed"), 400, 404)

    with the.step("refreshClientSecret"):
        spare = the.api.createClient(described(clientName="Spare", developer="sam"))
        answer = the.api.refreshClientSecret(spare.clientId)
        says(answer, "A148001", newClientSecret=lambda got: got and got != spare.clientSecret)
        assert answer.oldClientSecret in (None, spare.clientSecret), "oldClientSecret is neither"
        fails(lambda: the.api.refreshClientSecret(987654321), 400, 404)

    with the.step("updateClientSecret"):
        # The SDK fills members that its request does not have, and never sends anything.
        try:
            the.api.updateClientSecret(spare.clientId, "a-secret-chosen-by-the-caller-0123456789")
        except AttributeError:
            pass
        else:
            raise AssertionError("the SDK sends it now: assert on its answer")

    with the.step("updateClientLockFlag"):
        the.api.updateClientLockFlag(spare.clientId, True)
        says(the.api.getClient(spare.clientId), locked=True)
        request = asked(TokenCreateRequest, grantType=GrantType.CLIENT_CREDENTIALS, clientId=spare.clientId)
        says(the.api.tokenCreate(request), "A107203", action="FORBIDDEN")
        the.api.updateClientLockFlag(spare.clientId, False)
        says(the.api.tokenCreate(request), "A109001", action="OK")
        fails(lambda: the.api.updateClientLockFlag(987654321, True), 400, 404)

    with the.step("deleteClient"):
        made = says(the.api.tokenCreate(request), "A109001", action="OK")
        the.api.deleteClient(spare.clientId)
        fails(lambda: the.api.getClient(spare.clientId), 400, 404)
        says(the.api.getTokenList(), accessTokens=lambda got: spare.clientId not in [each.clientId for each in got or []])
        assert made.accessToken
        fails(lambda: the.stranger.deleteClient(spare.clientId), 401)
