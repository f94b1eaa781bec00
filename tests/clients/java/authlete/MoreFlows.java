package authlete;

import static authlete.Case.NONE;
import static authlete.Case.TEXT;
import static authlete.Case.check;
import static authlete.Case.error;
import static authlete.Case.form;
import static authlete.Case.json;
import static authlete.Case.list;
import static authlete.Case.oneOf;
import static authlete.Case.says;
import static authlete.Case.starts;

import com.authlete.common.dto.AuthorizationTicketInfo;
import com.authlete.common.dto.AuthorizationTicketInfoRequest;
import com.authlete.common.dto.AuthorizationTicketUpdateRequest;
import com.authlete.common.dto.ClientRegistrationRequest;
import com.authlete.common.dto.ClientRegistrationResponse;
import com.authlete.common.dto.DeviceAuthorizationRequest;
import com.authlete.common.dto.DeviceAuthorizationResponse;
import com.authlete.common.dto.DeviceCompleteRequest;
import com.authlete.common.dto.DeviceVerificationRequest;
import com.authlete.common.dto.DeviceVerificationResponse;
import com.authlete.common.dto.GrantedScopesGetResponse;
import com.authlete.common.dto.PushedAuthReqRequest;
import com.authlete.common.dto.PushedAuthReqResponse;
import com.authlete.common.dto.RevocationRequest;
import com.authlete.common.dto.TokenCreateResponse;
import com.authlete.common.dto.TokenFailRequest;
import com.authlete.common.dto.TokenFailResponse;
import com.authlete.common.dto.TokenIssueRequest;
import com.authlete.common.dto.TokenIssueResponse;
import com.authlete.common.dto.TokenResponse;
import com.google.gson.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** The other grants and endpoints of section 4.1, registration of 4.3, devices of 4.4. */
final class MoreFlows {
    private final Case the;
    private final Flows flows;

    MoreFlows(Case the, Flows flows) {
        this.the = the;
        this.flows = flows;
    }

    void drive() {
        tickets();
        password();
        exchange();
        pushed();
        revocation();
        registration();
        devices();
    }

    private String id() {
        check(the.client != null, "createClient failed");
        return String.valueOf(the.client.getClientId());
    }

    private void tickets() {
        the.step("authorizationTicketInfo", () -> {
            String ticket = flows.ticket("openid");
            AuthorizationTicketInfo info = says(the.api.authorizationTicketInfo(asks(ticket)), "action", "OK").getInfo();
            check("my own notes".equals(info.getContext()), "context is " + info.getContext());
            says(the.api.authorizationTicketInfo(asks(Flows.NOBODYS)), "action", "NOT_FOUND");
        });

        the.step("authorizationTicketUpdate", () -> {
            String ticket = flows.ticket("openid");
            AuthorizationTicketInfo info = new AuthorizationTicketInfo().setContext("other notes");
            AuthorizationTicketUpdateRequest request = new AuthorizationTicketUpdateRequest().setTicket(ticket).setInfo(info);
            says(the.api.authorizationTicketUpdate(request), "action", "OK");
            check(the.api.authorizationTicketInfo(asks(ticket)).getInfo().getContext().equals("other notes"), "not updated");
            says(the.api.authorizationTicketUpdate(request.setTicket(Flows.NOBODYS)), "action", "NOT_FOUND");
        });

        the.step("granted-scopes", () -> {
            says(flows.issue(flows.ticket("openid read"), "granter"), "action", "LOCATION");
            says(flows.issue(flows.ticket("openid write"), "granter"), "action", "LOCATION");
            GrantedScopesGetResponse answer = the.api.getGrantedScopes(the.client.getClientId(), "granter");
            says(answer, "clientId", the.client.getClientId(), "subject", "granter", "modifiedAt", Case.MILLIS);
            says(answer, "latestGrantedScopes", list("openid", "write"), "mergedGrantedScopes", list("openid", "read", "write"));
            the.api.deleteGrantedScopes(the.client.getClientId(), "granter");
            says(the.api.getGrantedScopes(the.client.getClientId(), "granter"), "mergedGrantedScopes", NONE);
            Case.fails(() -> the.api.getGrantedScopes(Clients.ABSENT, "granter"), 400, 404);
        });
    }

    private static AuthorizationTicketInfoRequest asks(String ticket) {
        return new AuthorizationTicketInfoRequest().setTicket(ticket);
    }

    private void password() {
        the.step("tokenIssue", () -> {
            TokenIssueResponse answer = the.api.tokenIssue(new TokenIssueRequest().setTicket(asked()).setSubject("mara"));
            says(answer, "resultCode", "A054001", "action", "OK", "subject", "mara", "clientId", id(), "scopes", list("read"));
            check(json(answer.getResponseContent()).get("access_token").getAsString().equals(answer.getAccessToken()), "another access token");
            says(the.api.tokenIssue(new TokenIssueRequest().setTicket(Flows.NOBODYS).setSubject("mara")), "action", "INTERNAL_SERVER_ERROR");
        });

        the.step("tokenFail", () -> {
            TokenFailRequest.Reason reason = TokenFailRequest.Reason.INVALID_RESOURCE_OWNER_CREDENTIALS;
            TokenFailResponse answer = the.api.tokenFail(new TokenFailRequest().setTicket(asked()).setReason(reason));
            says(answer, "action", "BAD_REQUEST", "resultCode", starts("A0673"));
            check(error(answer.getResponseContent()).equals("invalid_grant"), answer.getResponseContent());
            says(the.api.tokenFail(new TokenFailRequest().setTicket(Flows.NOBODYS).setReason(reason)), "action", "INTERNAL_SERVER_ERROR");
        });
    }

    /** The ticket of a password grant. */
    private String asked() throws Exception {
        TokenResponse answer = flows.token("grant_type", "password", "username", "mara", "password", "of the sea", "scope", "read");
        return says(answer, "resultCode", "A051001", "action", "PASSWORD", "username", "mara", "password", "of the sea", "ticket", TEXT).getTicket();
    }

    private void exchange() {
        the.step("token-exchange", () -> {
            String subject = Clients.tokenFor(the, "mara", "read").getAccessToken();
            TokenResponse answer = exchanged(subject);
            says(answer, "action", "TOKEN_EXCHANGE", "subjectToken", subject, "subjectTokenType", "ACCESS_TOKEN", "responseContent", null);
            says(answer.getSubjectTokenInfo(), "subject", "mara", "clientId", id());
            says(exchanged(Flows.NOBODYS), "action", "BAD_REQUEST");
        });

        the.step("token-jwt-bearer", () -> {
            String claims = "{\"iss\":\"https://idp.example\",\"sub\":\"mara\",\"aud\":\"" + the.issuer + "/token\",\"exp\":4000000000}";
            String assertion = part("{\"alg\":\"ES256\"}") + "." + part(claims) + ".AAAA";
            String grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
            says(flows.token("grant_type", grant, "assertion", assertion, "scope", "read"), "action", "JWT_BEARER", "assertion", assertion);
            says(flows.token("grant_type", grant, "assertion", "not a jwt"), "action", "BAD_REQUEST");
        });
    }

    private TokenResponse exchanged(String subject) throws Exception {
        String grant = "urn:ietf:params:oauth:grant-type:token-exchange";
        String kind = "urn:ietf:params:oauth:token-type:access_token";
        return flows.token("grant_type", grant, "subject_token", subject, "subject_token_type", kind);
    }

    private static String part(String json) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }

    private void pushed() {
        the.step("pushAuthorizationRequest", () -> {
            PushedAuthReqRequest request = new PushedAuthReqRequest().setParameters(flows.request("openid"));
            request.setClientId(id()).setClientSecret(the.client.getClientSecret());
            PushedAuthReqResponse answer = says(the.api.pushAuthorizationRequest(request), "action", "CREATED", "requestUri", TEXT);
            JsonObject body = json(answer.getResponseContent());
            check(body.get("expires_in").getAsInt() == 300, "expires_in of " + body);
            says(flows.authorize(form("client_id", id(), "request_uri", answer.getRequestUri())), "action", "INTERACTION");
            says(the.api.pushAuthorizationRequest(request.setClientSecret("wrong")), "action", "UNAUTHORIZED");
        });
    }

    private void revocation() {
        the.step("revocation", () -> {
            TokenCreateResponse made = Clients.tokenFor(the, "mara", "read");
            RevocationRequest request = new RevocationRequest().setParameters(form("token", made.getAccessToken()));
            request.setClientId(id()).setClientSecret(the.client.getClientSecret());
            says(the.api.revocation(request), "resultCode", "A113001", "action", "OK");
            says(flows.introspect(made.getAccessToken()), "action", "UNAUTHORIZED");
            says(the.api.revocation(request.setClientSecret("wrong")), "action", "INVALID_CLIENT");
            request.setClientSecret(the.client.getClientSecret()).setParameters("token_type_hint=access_token");
            says(the.api.revocation(request), "action", "BAD_REQUEST", "resultCode", starts("A1153"));
        });
    }

    private void registration() {
        String metadata = "{\"redirect_uris\":[\"https://ferry.example/cb\"],\"client_name\":\"Ferry\"}";
        ClientRegistrationRequest own = new ClientRegistrationRequest();
        // This SDK reads UNAUTHORIZED.
        Object refused = oneOf("UNAUTHORIZED", "BAD_REQUEST");

        the.step("dynamicClientRegister", () -> {
            ClientRegistrationResponse answer = the.api.dynamicClientRegister(new ClientRegistrationRequest().setJson(metadata));
            says(answer, "resultCode", "A202001", "action", "CREATED");
            JsonObject body = json(answer.getResponseContent());
            check(body.has("registration_access_token") && body.has("registration_client_uri"), "body " + body);
            own.setClientId(body.get("client_id").getAsString()).setToken(body.get("registration_access_token").getAsString());
            says(the.api.dynamicClientRegister(new ClientRegistrationRequest().setJson("{")), "action", "BAD_REQUEST");
        });
        the.step("dynamicClientGet", () -> {
            says(the.api.dynamicClientGet(own), "resultCode", "A217001", "action", "OK");
            says(the.api.dynamicClientGet(stolen(own)), "action", refused);
        });
        the.step("dynamicClientUpdate", () -> {
            String changed = metadata.replace("Ferry", "Night Ferry").replace("{", "{\"client_id\":\"" + own.getClientId() + "\",");
            ClientRegistrationResponse answer = the.api.dynamicClientUpdate(own.setJson(changed));
            says(answer, "resultCode", "A213001", "action", "UPDATED");
            JsonObject body = json(answer.getResponseContent());
            if (body.has("registration_access_token")) {
                own.setToken(body.get("registration_access_token").getAsString());
            }
            says(the.api.dynamicClientUpdate(stolen(own).setJson(changed)), "action", refused);
        });
        the.step("dynamicClientDelete", () -> {
            says(the.api.dynamicClientDelete(stolen(own)), "action", refused);
            says(the.api.dynamicClientDelete(own), "resultCode", "A216001", "action", "DELETED");
        });
    }

    private static ClientRegistrationRequest stolen(ClientRegistrationRequest own) {
        return new ClientRegistrationRequest().setClientId(own.getClientId()).setToken("nobody-has-this-token");
    }

    private void devices() {
        String grant = "urn:ietf:params:oauth:grant-type:device_code";

        the.step("deviceAuthorization", () -> {
            DeviceAuthorizationResponse answer = begun();
            says(answer, "clientName", "Tide Tables", "interval", 1, "expiresIn", 600, "deviceCode", TEXT, "userCode", TEXT);
            check(json(answer.getResponseContent()).get("user_code").getAsString().equals(answer.getUserCode()), "another user code");
        });
        the.step("deviceVerification", () -> {
            DeviceVerificationRequest request = new DeviceVerificationRequest().setUserCode(begun().getUserCode());
            DeviceVerificationResponse found = says(the.api.deviceVerification(request), "resultCode", "A224001", "action", "VALID");
            says(found, "clientId", id(), "expiresAt", Case.MILLIS);
            says(the.api.deviceVerification(request.setUserCode("NOBODYHAS")), "action", "NOT_EXIST");
        });
        the.step("deviceComplete", () -> {
            DeviceAuthorizationResponse begun = begun();
            TokenResponse waiting = flows.token("grant_type", grant, "device_code", begun.getDeviceCode());
            check(error(waiting.getResponseContent()).equals("authorization_pending"), waiting.getResponseContent());
            DeviceCompleteRequest request = new DeviceCompleteRequest().setUserCode(begun.getUserCode()).setSubject("mara");
            request.setResult(DeviceCompleteRequest.Result.AUTHORIZED);
            says(the.api.deviceComplete(request), "resultCode", "A241001", "action", "SUCCESS");
            Thread.sleep(1100);
            TokenResponse answer = flows.token("grant_type", grant, "device_code", begun.getDeviceCode());
            says(answer, "resultCode", "A242002", "action", "OK", "subject", "mara", "grantType", "DEVICE_CODE");
            says(the.api.deviceComplete(request.setUserCode("NOBODYHAS")), "action", "USER_CODE_NOT_EXIST");
        });
    }

    private DeviceAuthorizationResponse begun() throws Exception {
        DeviceAuthorizationRequest request = new DeviceAuthorizationRequest().setParameters("scope=read");
        request.setClientId(id()).setClientSecret(the.client.getClientSecret());
        return says(the.api.deviceAuthorization(request), "resultCode", "A220001", "action", "OK");
    }
}
