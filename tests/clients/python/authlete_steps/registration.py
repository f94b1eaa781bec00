"""Section 4.3: clients that register themselves (RFC 7591, RFC 7592)."""

import json

from authlete.dto.client_registration_request import ClientRegistrationRequest

from .case import asked, fails, says

METADATA = {
    "redirect_uris": ["https://ferry.example/cb"],
    "client_name": "Ferry",
    "grant_types": ["authorization_code", "refresh_token"],
    "response_types": ["code"],
    "token_endpoint_auth_method": "client_secret_basic",
}


def drive(the):
    def call(method, **members):
        return getattr(the.api, method)(asked(ClientRegistrationRequest, **members))

    with the.step("dynamicClientRegister"):
        answer = call("dynamicClientRegister", json=json.dumps(METADATA))
        says(answer, "A202001", action="CREATED")
        body = json.loads(answer.responseContent)
        assert body["client_name"] == "Ferry" and body["client_id"] == str(answer.client.clientId), body
        assert body["client_secret"] and body["registration_access_token"] and body["registration_client_uri"], body
        assert answer.client.dynamicallyRegistered, "dynamicallyRegistered"
        wrong = call("dynamicClientRegister", json=json.dumps({**METADATA, "redirect_uris": ["not a uri"]}))
        says(wrong, action="BAD_REQUEST")
        assert json.loads(wrong.responseContent)["error"] == "invalid_redirect_uri", wrong.responseContent
        says(call("dynamicClientRegister", json="{"), action="BAD_REQUEST")
        own = {"clientId": body["client_id"], "token": body["registration_access_token"]}

    # The SDK cannot read UNAUTHORIZED, so a wrong token is an error of its own there.
    def foreign(method, **members):
        try:
            answer = call(method, clientId=own["clientId"], token="nobody-has-this-token", **members)
        except KeyError as error:
            assert error.args == ("UNAUTHORIZED",), error
        else:
            says(answer, action="BAD_REQUEST")

    with the.step("dynamicClientGet"):
        answer = says(call("dynamicClientGet", **own), "A217001", action="OK")
        assert json.loads(answer.responseContent)["client_name"] == "Ferry"
        foreign("dynamicClientGet")

    with the.step("dynamicClientUpdate"):
        changed = {**METADATA, "client_id": own["clientId"], "client_name": "Night Ferry"}
        answer = says(call("dynamicClientUpdate", json=json.dumps(changed), **own), "A213001", action="UPDATED")
        body = json.loads(answer.responseContent)
        assert body["client_name"] == "Night Ferry", body
        own["token"] = body.get("registration_access_token", own["token"])
        foreign("dynamicClientUpdate", json=json.dumps(changed))

    with the.step("dynamicClientDelete"):
        foreign("dynamicClientDelete")
        says(call("dynamicClientDelete", **own), "A216001", action="DELETED")
        fails(lambda: the.api.getClient(int(own["clientId"])), 400, 404)
