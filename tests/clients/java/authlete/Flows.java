package authlete;

import static authlete.Case.TEXT;
import static authlete.Case.check;
import static authlete.Case.claims;
import static authlete.Case.error;
import static authlete.Case.form;
import static authlete.Case.hashed;
import static authlete.Case.json;
import static authlete.Case.list;
import static authlete.Case.oneOf;
import static authlete.Case.says;
import static authlete.Case.starts;

import com.authlete.common.dto.AuthorizationFailRequest;
import com.authlete.common.dto.AuthorizationFailResponse;
import com.authlete.common.dto.AuthorizationIssueRequest;
import com.authlete.common.dto.AuthorizationIssueResponse;
import com.authlete.common.dto.AuthorizationRequest;
import com.authlete.common.dto.AuthorizationResponse;
import com.authlete.common.dto.IDTokenReissueRequest;
import com.authlete.common.dto.IDTokenReissueResponse;
import com.authlete.common.dto.IntrospectionRequest;
import com.authlete.common.dto.IntrospectionResponse;
import com.authlete.common.dto.Property;
import com.authlete.common.dto.StandardIntrospectionRequest;
import com.authlete.common.dto.StandardIntrospectionResponse;
import com.authlete.common.dto.TokenRequest;
import com.authlete.common.dto.TokenResponse;
import com.authlete.common.dto.UserInfoIssueRequest;
import com.authlete.common.dto.UserInfoIssueResponse;
import com.authlete.common.dto.UserInfoRequest;
import com.authlete.common.dto.UserInfoResponse;
import com.google.gson.JsonObject;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/** Section 4.1: a user's authorization from the request to the refreshed tokens, and reissue of section 2.6. */
final class Flows {
    static final String NOBODYS = "nobody-has-this-token-0123456789";
    private static final String VERIFIER = "a-code-verifier-of-fifty-characters-0123456789-abc";
    private static final Predicate<Object> FAILED = oneOf("BAD_REQUEST", "INTERNAL_SERVER_ERROR");

    private final Case the;
    private String code;
    private TokenResponse tokens;
    /** Of the first token response. */
    String idToken;

    Flows(Case the) {
        this.the = the;
    }

    /** The query of an authorization request, with more members: name, value, … */
    String request(String scope, Object... more) throws Exception {
        check(the.client != null, "createClient failed");
        String own = form(
            "response_type", "code",
            "client_id", the.client.getClientId(),
            "redirect_uri", Clients.REDIRECT_URI,
            "scope", scope,
            "state", "of-the-client",
            "nonce", "once",
            "code_challenge", hashed(VERIFIER),
            "code_challenge_method", "S256");
        return more.length == 0 ? own : own + "&" + form(more);
    }

    AuthorizationResponse authorize(String parameters) throws Exception {
        return the.api.authorization(new AuthorizationRequest().setParameters(parameters).setContext("my own notes"));
    }

    String ticket(String scope) throws Exception {
        return says(authorize(request(scope)), "action", "INTERACTION", "ticket", TEXT).getTicket();
    }

    AuthorizationIssueResponse issue(String ticket, String subject) throws Exception {
        return the.api.authorizationIssue(new AuthorizationIssueRequest()
            .setTicket(ticket)
            .setSubject(subject)
            .setAuthTime(1_700_000_000)
            .setAcr("silver")
            .setClaims("{\"name\":\"Mara\"}")
            .setProperties(new Property[] {new Property("ship", "Argo"), new Property("crew", "50", true)}));
    }

    /** A token request with the client's Authorization header. */
    TokenResponse token(Object... members) throws Exception {
        check(the.client != null, "createClient failed");
        return the.api.token(new TokenRequest()
            .setParameters(form(members))
            .setClientId(String.valueOf(the.client.getClientId()))
            .setClientSecret(the.client.getClientSecret()));
    }

    private TokenResponse redeem(String code, String verifier) throws Exception {
        return token("grant_type", "authorization_code", "code", code, "redirect_uri", Clients.REDIRECT_URI, "code_verifier", verifier);
    }

    IntrospectionResponse introspect(String token, String... scopes) throws Exception {
        return the.api.introspection(new IntrospectionRequest().setToken(token).setScopes(scopes.length == 0 ? null : scopes));
    }

    void drive() {
        authorization();
        code();
        resources();
        refresh();
    }

    private void authorization() {
        the.step("authorization", () -> {
            AuthorizationResponse answer = authorize(request("openid profile read", "login_hint", "mara", "prompt", "login"));
            says(answer, "resultCode", "A004001", "action", "INTERACTION", "ticket", TEXT, "loginHint", "mara", "maxAge", 0, "prompts", "[LOGIN]");
            says(answer.getService(), "serviceName", "Harbour");
            says(answer.getClient(), "clientName", "Tide Tables", "clientId", the.client.getClientId());
            List<String> scopes = Arrays.asList(Arrays.stream(answer.getScopes()).map(each -> each.getName()).toArray(String[]::new));
            check(list("openid", "profile", "read").test(scopes), "scopes is " + scopes);
            says(authorize(request("openid", "prompt", "none")), "action", "NO_INTERACTION", "ticket", TEXT);
            AuthorizationResponse again = authorize(request("openid", "max_age", 0));
            check(again.getPrompts() != null && again.getPrompts().length == 1, "max_age=0 asks for a sign-in");
            String foreign = request("openid").replace("app.example", "evil.example");
            check(!error(says(authorize(foreign), "action", "BAD_REQUEST", "ticket", null).getResponseContent()).isEmpty(), "no error");
            says(the.api.authorization(new AuthorizationRequest()), "action", FAILED, "resultCode", starts("A0042"));
        });

        the.step("authorizationIssue", () -> {
            AuthorizationIssueResponse answer = issue(ticket("openid profile read"), "mara");
            says(answer, "resultCode", "A040001", "action", "LOCATION", "authorizationCode", TEXT);
            String query = URI.create(answer.getResponseContent()).getRawQuery();
            check(query.contains("code=" + answer.getAuthorizationCode()) && query.contains("state=of-the-client"), query);
            check(query.contains("iss="), "no iss in " + query);
            code = answer.getAuthorizationCode();
            String used = ticket("openid");
            issue(used, "mara");
            says(issue(used, "mara"), "resultCode", "A041202", "action", FAILED);
            says(issue(NOBODYS, "mara"), "action", FAILED);
            says(issue(ticket("openid"), null), "action", FAILED);
        });

        the.step("authorizationFail", () -> {
            failed(AuthorizationFailRequest.Reason.DENIED, "access_denied");
            failed(AuthorizationFailRequest.Reason.NOT_LOGGED_IN, "login_required");
            failed(AuthorizationFailRequest.Reason.CONSENT_REQUIRED, "consent_required");
            failed(AuthorizationFailRequest.Reason.INVALID_TARGET, "invalid_target");
            failed(AuthorizationFailRequest.Reason.SERVER_ERROR, "server_error");
            AuthorizationFailRequest gone = new AuthorizationFailRequest().setTicket(NOBODYS).setReason(AuthorizationFailRequest.Reason.DENIED);
            says(the.api.authorizationFail(gone), "action", FAILED);
        });
    }

    private void failed(AuthorizationFailRequest.Reason reason, String error) throws Exception {
        AuthorizationFailRequest request = new AuthorizationFailRequest().setTicket(ticket("openid")).setReason(reason);
        AuthorizationFailResponse answer = says(the.api.authorizationFail(request), "action", "LOCATION", "resultCode", starts("A0603"));
        check(answer.getResponseContent().contains("error=" + error), reason + ": " + answer.getResponseContent());
    }

    private void code() {
        the.step("token", () -> {
            TokenResponse answer = redeem(code, VERIFIER);
            says(answer, "resultCode", "A050001", "action", "OK");
            tokens = answer;
            idToken = answer.getIdToken();
            says(answer, "grantType", "AUTHORIZATION_CODE", "clientId", the.client.getClientId());
            says(answer, "subject", "mara", "scopes", list("openid", "profile", "read"), "accessTokenDuration", 3600, "refreshTokenDuration", 86400);
            says(answer, "accessTokenExpiresAt", Case.MILLIS, "idToken", TEXT, "clientAuthMethod", "CLIENT_SECRET_BASIC");
            JsonObject body = json(answer.getResponseContent());
            check(body.get("access_token").getAsString().equals(answer.getAccessToken()), "another access token in " + body);
            check(body.get("ship").getAsString().equals("Argo") && !body.has("crew"), "properties of " + body);
            JsonObject claims = claims(answer.getIdToken());
            check(claims.get("iss").getAsString().equals(the.issuer) && claims.get("sub").getAsString().equals("mara"), "claims " + claims);
            check(claims.get("nonce").getAsString().equals("once") && claims.get("auth_time").getAsLong() == 1_700_000_000, "claims " + claims);
        });

        the.step("token-refused", () -> {
            String twice = issue(ticket("openid"), "mara").getAuthorizationCode();
            TokenResponse ended = says(redeem(twice, VERIFIER), "action", "OK");
            TokenResponse again = says(redeem(twice, VERIFIER), "action", "BAD_REQUEST", "resultCode", starts("A050"));
            says(introspect(ended.getAccessToken()), "action", "UNAUTHORIZED");
            check(error(again.getResponseContent()).equals("invalid_grant"), again.getResponseContent());
            TokenRequest wrong = new TokenRequest().setParameters("grant_type=client_credentials");
            wrong.setClientId(String.valueOf(the.client.getClientId())).setClientSecret("wrong");
            says(the.api.token(wrong), "action", "INVALID_CLIENT");
            says(token("grant_type", "nonsense"), "action", "BAD_REQUEST", "resultCode", starts("A049"));
            String other = issue(ticket("openid"), "mara").getAuthorizationCode();
            says(redeem(other, VERIFIER + "x"), "action", "BAD_REQUEST");
            // Sorted, a name without a value, a name twice: as authlete-java-jaxrs rebuilds what a client sent.
            says(token("scope", "read", "scope", "write", "grant_type", "client_credentials"), "action", "BAD_REQUEST");
            says(token("scope", "read", "grant_type", "client_credentials"), "resultCode", "A052001", "action", "OK", "refreshToken", null);
        });
    }

    private void resources() {
        the.step("introspection", () -> {
            IntrospectionResponse shown = introspect(tokens.getAccessToken(), "read");
            says(shown, "resultCode", "A056001", "action", "OK", "existent", true, "usable", true, "sufficient", true, "refreshable", true);
            says(shown, "subject", "mara", "expiresAt", tokens.getAccessTokenExpiresAt(), "grantType", "AUTHORIZATION_CODE", "acr", "silver");
            check(shown.getProperties() != null && shown.getProperties().length == 2, "properties, hidden ones too");
            IntrospectionResponse narrow = says(introspect(tokens.getAccessToken(), "write"), "action", "FORBIDDEN", "resultCode", starts("A0643"));
            check(narrow.getResponseContent().contains("insufficient_scope"), narrow.getResponseContent());
            says(introspect(NOBODYS), "resultCode", "A057302", "action", "UNAUTHORIZED", "existent", false);
            says(introspect(null), "resultCode", "A057301", "action", "BAD_REQUEST");
        });

        the.step("standardIntrospection", () -> {
            check(active(tokens.getAccessToken(), false).get("sub").getAsString().equals("mara"), "sub");
            check(!active(tokens.getAccessToken(), false).has("crew"), "a hidden property is shown");
            check(active(tokens.getAccessToken(), true).get("crew").getAsString().equals("50"), "the hidden property is not shown");
            check(active(NOBODYS, false).toString().equals("{\"active\":false}"), "of a token that nobody has");
            StandardIntrospectionRequest without = new StandardIntrospectionRequest().setParameters("other=member");
            says(the.api.standardIntrospection(without), "action", "BAD_REQUEST", "resultCode", starts("A1453"));
        });

        the.step("userinfo", () -> {
            UserInfoResponse answer = the.api.userinfo(new UserInfoRequest().setToken(tokens.getAccessToken()));
            says(answer, "resultCode", "A091001", "action", "OK", "subject", "mara", "clientId", the.client.getClientId());
            says(the.api.userinfo(new UserInfoRequest().setToken(NOBODYS)), "action", "UNAUTHORIZED", "resultCode", starts("A092"));
            says(the.api.userinfo(new UserInfoRequest()), "action", "BAD_REQUEST");
        });

        the.step("userinfoIssue", () -> {
            UserInfoIssueRequest request = new UserInfoIssueRequest().setToken(tokens.getAccessToken()).setClaims("{\"name\":\"Mara\"}");
            UserInfoIssueResponse answer = says(the.api.userinfoIssue(request), "resultCode", "A096001", "action", "JSON");
            check(json(answer.getResponseContent()).equals(json("{\"sub\":\"mara\",\"name\":\"Mara\"}")), answer.getResponseContent());
            says(the.api.userinfoIssue(request.setToken(NOBODYS)), "action", "UNAUTHORIZED");
        });
    }

    private JsonObject active(String token, boolean hidden) throws Exception {
        StandardIntrospectionRequest request = new StandardIntrospectionRequest().setParameters(form("token", token));
        StandardIntrospectionResponse answer = the.api.standardIntrospection(request.setWithHiddenProperties(hidden));
        return json(says(answer, "resultCode", "A145001", "action", "OK").getResponseContent());
    }

    private void refresh() {
        the.step("idTokenReissue", () -> {
            TokenResponse answer = token("grant_type", "refresh_token", "refresh_token", tokens.getRefreshToken());
            says(answer, "action", "ID_TOKEN_REISSUABLE", "subject", "mara", "grantType", "REFRESH_TOKEN", "accessToken", TEXT, "refreshToken", TEXT);
            check(!json(answer.getResponseContent()).has("id_token"), "an ID token in " + answer.getResponseContent());
            says(introspect(tokens.getAccessToken()), "action", "UNAUTHORIZED");
            IDTokenReissueRequest request = new IDTokenReissueRequest()
                .setAccessToken(answer.getAccessToken())
                .setRefreshToken(answer.getRefreshToken())
                .setClaims("{\"name\":\"Mara\"}")
                .setIdtHeaderParams("{\"marked\":\"yes\"}")
                .setIdTokenAudType("string");
            IDTokenReissueResponse reissued = says(the.api.idTokenReissue(request), "action", "OK", "idToken", TEXT);
            check(json(reissued.getResponseContent()).get("id_token").getAsString().equals(reissued.getIdToken()), "another ID token");
            JsonObject claims = claims(reissued.getIdToken());
            check(claims.get("aud").getAsString().equals(String.valueOf(the.client.getClientId())), "claims " + claims);
            check(claims.get("auth_time").getAsLong() == 1_700_000_000 && !claims.has("nonce"), "claims " + claims);
            says(the.api.idTokenReissue(request.setAccessToken(NOBODYS)), "action", "CALLER_ERROR");
            says(the.api.idTokenReissue(new IDTokenReissueRequest()), "action", "CALLER_ERROR");
            says(token("grant_type", "refresh_token", "refresh_token", NOBODYS), "resultCode", "A053305", "action", "BAD_REQUEST");
        });
    }
}
