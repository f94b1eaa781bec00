"""Section 4.2: services, keys, discovery."""

import json

from authlete.dto.pair import Pair
from authlete.dto.scope import Scope
from authlete.dto.service import Service
from authlete.dto.service_configuration_request import ServiceConfigurationRequest
from authlete.types.client_auth_method import ClientAuthMethod
from authlete.types.grant_type import GrantType
from authlete.types.response_type import ResponseType

from .case import asked, fails, says

SCOPES = ["openid", "profile", "email", "offline_access", "read", "write", "brief"]
METHODS = [
    ClientAuthMethod.NONE,
    ClientAuthMethod.CLIENT_SECRET_BASIC,
    ClientAuthMethod.CLIENT_SECRET_POST,
    ClientAuthMethod.PRIVATE_KEY_JWT,
]


def scope(name):
    made = asked(Scope, name=name, description=f"May {name}")
    if name == "brief":
        made.attributes = [asked(Pair, key="access_token.duration", value="120")]
    return made


def described(issuer, **more):
    """A whole configuration: an update replaces everything."""
    members = {
        "serviceName": "Harbour",
        "issuer": issuer,
        "authorizationEndpoint": f"{issuer}/authorize",
        "tokenEndpoint": f"{issuer}/token",
        "revocationEndpoint": f"{issuer}/revoke",
        "introspectionEndpoint": f"{issuer}/introspect",
        "userInfoEndpoint": f"{issuer}/userinfo",
        "jwksUri": f"{issuer}/jwks",
        "pushedAuthReqEndpoint": f"{issuer}/par",
        "registrationEndpoint": f"{issuer}/register",
        "registrationManagementEndpoint": f"{issuer}/register",
        "deviceAuthorizationEndpoint": f"{issuer}/device_authorization",
        "deviceVerificationUri": f"{issuer}/device",
        "deviceFlowCodeDuration": 600,
        "deviceFlowPollingInterval": 1,
        "supportedScopes": [scope(name) for name in SCOPES],
        "supportedGrantTypes": [
            GrantType.AUTHORIZATION_CODE,
            GrantType.REFRESH_TOKEN,
            GrantType.CLIENT_CREDENTIALS,
            GrantType.PASSWORD,
            GrantType.DEVICE_CODE,
            GrantType.TOKEN_EXCHANGE,
            GrantType.JWT_BEARER,
        ],
        "supportedResponseTypes": [ResponseType.CODE],
        "supportedTokenAuthMethods": METHODS,
        "supportedRevocationAuthMethods": METHODS,
        "supportedIntrospectionAuthMethods": METHODS,
        "supportedClaims": ["sub", "name", "email"],
        "accessTokenType": "Bearer",
        "accessTokenDuration": 3600,
        "refreshTokenDuration": 86400,
        "idTokenDuration": 1800,
        "pushedAuthReqDuration": 300,
        "dynamicRegistrationSupported": True,
        "clientIdAliasEnabled": True,
        "idTokenReissuable": True,
    }
    return asked(Service, **{**members, **more})


def set_up(the):
    with the.step("updateService"):
        wanted = described(the.issuer)
        wanted.apiKey = the.service_id
        got = the.organization.updateService(wanted)
        says(got, apiKey=the.service_id, serviceName="Harbour", issuer=the.issuer, accessTokenDuration=3600)
        says(got, tokenEndpoint=f"{the.issuer}/token", idTokenReissuable=True, refreshTokenDuration=86400)
        names = [each.name for each in got.supportedScopes or []]
        assert names == SCOPES, f"supportedScopes is {names}: what was written comes back as written"
        kept = [(pair.key, pair.value) for each in got.supportedScopes if each.attributes for pair in each.attributes]
        assert kept == [("access_token.duration", "120")], f"the scopes' attributes are {kept}"
        fails(lambda: the.stranger.updateService(wanted), 401) if the.version == "V3" else None


def drive(the):
    with the.step("getService"):
        got = the.organization.getService(the.service_id)
        says(got, apiKey=the.service_id, issuer=the.issuer, serviceName="Harbour", refreshTokenDuration=86400)
        grants = [each.name for each in got.supportedGrantTypes or []]
        assert "TOKEN_EXCHANGE" in grants, f"supportedGrantTypes is {grants}"
        if the.version == "V3":
            fails(lambda: the.stranger.getService(the.service_id), 401)
        else:
            fails(lambda: the.organization.getService(987654321), 403, 404)

    with the.step("updateService-replaces"):
        wanted = described(the.issuer, description="Ships", supportedAcrs=["urn:mace:incommon:iap:silver"])
        wanted.apiKey = the.service_id
        says(the.organization.updateService(wanted), description="Ships")
        again = described(the.issuer)
        again.apiKey = the.service_id
        says(the.organization.updateService(again), description=None, supportedAcrs=lambda got: not got)

    with the.step("getServiceList"):
        answer = the.organization.getServiceList(0, 10)
        says(answer, start=0, end=10, totalCount=lambda got: got >= 1)
        assert the.service_id in [each.apiKey for each in answer.services], "its own service is not listed"
        fails(lambda: the.organization.getServiceList(-1, 10), 400)

    with the.step("getServiceConfiguration"):
        said = json.loads(the.api.getServiceConfiguration())
        assert said["issuer"] == the.issuer, said
        assert said["token_endpoint"] == f"{the.issuer}/token", said
        assert set(said["scopes_supported"]) == set(SCOPES), said["scopes_supported"]
        patch = json.dumps([{"op": "replace", "path": "/token_endpoint", "value": "https://as.example/t"}])
        patched = json.loads(the.api.getServiceConfiguration(asked(ServiceConfigurationRequest, patch=patch)))
        assert patched["token_endpoint"] == "https://as.example/t", patched["token_endpoint"]
        wrong = asked(ServiceConfigurationRequest, patch="not a patch")
        fails(lambda: the.api.getServiceConfiguration(wrong), 400)

    with the.step("getServiceJwks"):
        keys = json.loads(the.api.getServiceJwks())["keys"]
        assert keys and all(key["kty"] and "d" not in key for key in keys), keys
        fails(lambda: the.stranger.getServiceJwks(), 401)

    with the.step("createService"):
        made = the.organization.createService(described("https://second.example"))
        says(made, apiKey=lambda got: 0 < got < 2**53, serviceName="Harbour", issuer="https://second.example")
        the.second = made.apiKey
        # Its keys are its own.
        own = the.sdk_of(the.second)
        others = {key["kid"] for key in json.loads(own.getServiceJwks())["keys"]}
        assert not others & {key["kid"] for key in json.loads(the.api.getServiceJwks())["keys"]}, "shared keys"
        if the.version == "V3":
            fails(lambda: the.api.createService(described("https://third.example")), 403)

    with the.step("no-credential"):
        fails(lambda: the.stranger.getClientList(), 401, code="A00[23]20\\d")


def end(the):
    with the.step("deleteService"):
        own = the.sdk_of(the.second)
        own.deleteService(the.second)
        fails(lambda: own.getServiceJwks(), 401, 403, 404)
