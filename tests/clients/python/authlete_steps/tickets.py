"""Section 4.1, tickets as the caller's memory; section 4.3, what a user granted."""

from authlete.dto.authorization_ticket_info import AuthorizationTicketInfo
from authlete.dto.authorization_ticket_info_request import AuthorizationTicketInfoRequest
from authlete.dto.authorization_ticket_update_request import AuthorizationTicketUpdateRequest
from authlete.dto.authorization_issue_request import AuthorizationIssueRequest
from authlete.dto.authorization_request import AuthorizationRequest

from .case import asked, fails, says
from .runtime import request, ticket


def drive(the):
    with the.step("authorizationTicketInfo"):
        made = asked(AuthorizationRequest, parameters=request(the), context="my own notes")
        own = the.api.authorization(made).ticket
        answer = says(the.api.authorizationTicketInfo(asked(AuthorizationTicketInfoRequest, ticket=own)), action="OK")
        assert answer.info.context == "my own notes", answer.info
        unknown = asked(AuthorizationTicketInfoRequest, ticket="nobody-has-it")
        says(the.api.authorizationTicketInfo(unknown), action="NOT_FOUND")
        says(the.api.authorizationTicketInfo(asked(AuthorizationTicketInfoRequest)), action="CALLER_ERROR")

    with the.step("authorizationTicketUpdate"):
        info = AuthorizationTicketInfo({"context": "other notes"})
        answer = the.api.authorizationTicketUpdate(asked(AuthorizationTicketUpdateRequest, ticket=own, info=info))
        says(answer, action="OK")
        answer = the.api.authorizationTicketInfo(asked(AuthorizationTicketInfoRequest, ticket=own))
        assert answer.info.context == "other notes", answer.info
        unknown = asked(AuthorizationTicketUpdateRequest, ticket="nobody-has-it", info=info)
        says(the.api.authorizationTicketUpdate(unknown), action="NOT_FOUND")

    with the.step("granted-scopes"):
        issue = asked(AuthorizationIssueRequest, ticket=ticket(the, scope="openid read"), subject="granter")
        says(the.api.authorizationIssue(issue), action="LOCATION")
        issue = asked(AuthorizationIssueRequest, ticket=ticket(the, scope="openid write"), subject="granter")
        says(the.api.authorizationIssue(issue), action="LOCATION")
        answer = the.api.getGrantedScopes(the.client.clientId, "granter")
        says(
            answer,
            clientId=the.client.clientId,
            subject="granter",
            latestGrantedScopes=lambda got: sorted(got or []) == ["openid", "write"],
            mergedGrantedScopes=lambda got: sorted(got or []) == ["openid", "read", "write"],
            modifiedAt=lambda got: got > 1_500_000_000_000,
            resultCode=lambda got: got in ("A139001", "A139002"),
        )
        the.api.deleteGrantedScopes(the.client.clientId, "granter")
        answer = the.api.getGrantedScopes(the.client.clientId, "granter")
        says(answer, mergedGrantedScopes=lambda got: not got)
        fails(lambda: the.api.getGrantedScopes(987654321, "granter"), 400, 404)
        fails(lambda: the.api.deleteGrantedScopes(987654321, "granter"), 400, 404)
