"""Section 4.4: the device flow (RFC 8628)."""

import json
import time

from authlete.dto.device_authorization_request import DeviceAuthorizationRequest
from authlete.dto.device_complete_request import DeviceCompleteRequest
from authlete.dto.device_complete_result import DeviceCompleteResult
from authlete.dto.device_verification_request import DeviceVerificationRequest

from .case import asked, form, says
from .runtime import token

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def begun(the):
    made = asked(DeviceAuthorizationRequest, parameters=form(client_id=the.client.clientId, scope="read"), **the.app)
    return says(the.api.deviceAuthorization(made), "A220001", action="OK")


def drive(the):
    def complete(code, result, **members):
        return the.api.deviceComplete(asked(DeviceCompleteRequest, userCode=code, result=result, subject="mara", **members))

    with the.step("deviceAuthorization"):
        answer = begun(the)
        says(answer, clientId=the.client.clientId, clientName="Tide Tables", interval=1, expiresIn=600)
        says(answer, deviceCode=lambda got: bool(got), userCode=lambda got: bool(got))
        body = json.loads(answer.responseContent)
        assert (body["device_code"], body["user_code"]) == (answer.deviceCode, answer.userCode), body
        assert body["verification_uri"] == f"{the.issuer}/device", body
        wrong = asked(DeviceAuthorizationRequest, parameters=form(scope="read"), clientId="987654321", clientSecret="wrong")
        says(the.api.deviceAuthorization(wrong), action=lambda got: got in ("UNAUTHORIZED", "BAD_REQUEST"))

    with the.step("deviceVerification"):
        found = the.api.deviceVerification(asked(DeviceVerificationRequest, userCode=answer.userCode))
        says(found, "A224001", action="VALID", clientId=the.client.clientId, clientName="Tide Tables")
        says(found, expiresAt=lambda got: got > 1_500_000_000_000)
        assert [each.name for each in found.scopes] == ["read"], found.scopes
        says(the.api.deviceVerification(asked(DeviceVerificationRequest, userCode="NOBODYHAS")), action="NOT_EXIST")

    with the.step("deviceComplete"):
        waiting = token(the, grant_type=GRANT, device_code=answer.deviceCode)
        says(waiting, action="BAD_REQUEST")
        assert json.loads(waiting.responseContent)["error"] == "authorization_pending", waiting.responseContent
        says(complete(answer.userCode, DeviceCompleteResult.AUTHORIZED), "A241001", action="SUCCESS")
        time.sleep(1.1)
        says(token(the, grant_type=GRANT, device_code=answer.deviceCode), "A242002", action="OK", subject="mara", grantType="DEVICE_CODE")
        denied = begun(the)
        says(complete(denied.userCode, DeviceCompleteResult.ACCESS_DENIED), action="SUCCESS")
        refused = token(the, grant_type=GRANT, device_code=denied.deviceCode)
        assert json.loads(refused.responseContent)["error"] == "access_denied", refused.responseContent
        says(complete("NOBODYHAS", DeviceCompleteResult.AUTHORIZED), action="USER_CODE_NOT_EXIST")
        says(complete(begun(the).userCode, None), action="INVALID_REQUEST")
