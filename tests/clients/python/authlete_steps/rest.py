"""Section 4.2's small operations, and those that Jeton does not have: each says so with a result code."""

import importlib

from authlete.api.authlete_api_exception import AuthleteApiException
from authlete.dto.jose_verify_request import JoseVerifyRequest

from .case import asked, says

NOT_SERVED = {
    "backchannelAuthentication": "backchannel_authentication_request.BackchannelAuthenticationRequest",
    "backchannelAuthenticationIssue": "backchannel_authentication_issue_request.BackchannelAuthenticationIssueRequest",
    "backchannelAuthenticationFail": "backchannel_authentication_fail_request.BackchannelAuthenticationFailRequest",
    "backchannelAuthenticationComplete": "backchannel_authentication_complete_request.BackchannelAuthenticationCompleteRequest",
    "gm": "grant_management_request.GrantManagementRequest",
    "federationConfiguration": "federation_configuration_request.FederationConfigurationRequest",
    "federationRegistration": "federation_registration_request.FederationRegistrationRequest",
    "credentialIssuerMetadata": "credential_issuer_metadata_request.CredentialIssuerMetadataRequest",
    "credentialJwtIssuerMetadata": "credential_jwt_issuer_metadata_request.CredentialJwtIssuerMetadataRequest",
    "credentialIssuerJwks": "credential_issuer_jwks_request.CredentialIssuerJwksRequest",
    "credentialOfferCreate": "credential_offer_create_request.CredentialOfferCreateRequest",
    "credentialOfferInfo": "credential_offer_info_request.CredentialOfferInfoRequest",
    "credentialSingleParse": "credential_single_parse_request.CredentialSingleParseRequest",
    "credentialSingleIssue": "credential_single_issue_request.CredentialSingleIssueRequest",
    "credentialBatchParse": "credential_batch_parse_request.CredentialBatchParseRequest",
    "credentialBatchIssue": "credential_batch_issue_request.CredentialBatchIssueRequest",
    "credentialDeferredParse": "credential_deferred_parse_request.CredentialDeferredParseRequest",
    "credentialDeferredIssue": "credential_deferred_issue_request.CredentialDeferredIssueRequest",
    "hskCreate": "hsk_create_request.HskCreateRequest",
    "hskDelete": "a-handle",
    "hskGet": "a-handle",
    "hskGetList": None,
}


def drive(the):
    with the.step("echo"):
        got = the.api.echo({"tide": "high", "berth": "7"})
        assert got == {"tide": "high", "berth": "7"}, got

    with the.step("verifyJose"):
        answer = says(the.api.verifyJose(asked(JoseVerifyRequest, jose=the.id_token, mandatoryClaims=["sub"])), "A160001")
        says(answer, valid=True, signatureValid=True)
        answer = the.api.verifyJose(asked(JoseVerifyRequest, jose=the.id_token, mandatoryClaims=["height"]))
        says(answer, valid=False, missingClaims=["height"])
        head, body, _ = the.id_token.split(".")
        says(the.api.verifyJose(asked(JoseVerifyRequest, jose=f"{head}.{body}.AAAA")), valid=False, signatureValid=False)

    for method, request in NOT_SERVED.items():
        with the.step(method):
            if request and "." in request:
                module, kind = request.split(".")
                arguments = [getattr(importlib.import_module(f"authlete.dto.{module}"), kind)()]
            else:
                arguments = [request] if request else []
            unserved(lambda: getattr(the.api, method)(*arguments))


def unserved(act):
    """A result code of a class other than success: as an HTTP error, or in an answer."""
    try:
        answer = act()
    except AuthleteApiException as error:
        assert error.response is not None, f"no answer: {error.cause}"
        said = error.response.text
        assert error.response.headers["content-type"].startswith("application/json"), f"{error.response.status_code} {said[:200]}"
        code = error.response.json().get("resultCode", "")
    else:
        code = answer.resultCode or ""
    assert len(code) == 7 and code[4] != "0", f"resultCode is {code!r}"
