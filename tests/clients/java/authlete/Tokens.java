package authlete;

import static authlete.Case.NONE;
import static authlete.Case.TEXT;
import static authlete.Case.check;
import static authlete.Case.fails;
import static authlete.Case.failsWith;
import static authlete.Case.hashed;
import static authlete.Case.list;
import static authlete.Case.says;

import com.authlete.common.api.AuthleteApiException;
import com.authlete.common.dto.AccessToken;
import com.authlete.common.dto.AuthzDetails;
import com.authlete.common.dto.AuthzDetailsElement;
import com.authlete.common.dto.IntrospectionRequest;
import com.authlete.common.dto.IntrospectionResponse;
import com.authlete.common.dto.Property;
import com.authlete.common.dto.TokenBatchStatus;
import com.authlete.common.dto.TokenCreateRequest;
import com.authlete.common.dto.TokenCreateResponse;
import com.authlete.common.dto.TokenListResponse;
import com.authlete.common.dto.TokenRevokeRequest;
import com.authlete.common.dto.TokenUpdateRequest;
import com.authlete.common.dto.TokenUpdateResponse;
import com.authlete.common.types.GrantType;
import com.authlete.common.types.TokenStatus;
import java.net.URI;
import java.util.function.Predicate;

/** Section 2: the six token-management operations and the batch; reissue is in {@link Flows}, where its tokens come from. */
final class Tokens {
    private static final String NOBODYS = "nobody-has-this-token-0123456789";

    private final Case the;

    Tokens(Case the) {
        this.the = the;
    }

    private TokenCreateRequest request() {
        check(the.client != null, "createClient failed");
        return new TokenCreateRequest().setGrantType(GrantType.AUTHORIZATION_CODE).setClientId(the.client.getClientId()).setSubject("creator");
    }

    private IntrospectionResponse seen(String token) throws Exception {
        return the.api.introspection(new IntrospectionRequest().setToken(token));
    }

    private void refused(String code, TokenCreateRequest request) throws Exception {
        says(the.api.tokenCreate(request), "resultCode", code, "action", "BAD_REQUEST");
    }

    void drive() {
        create();
        batch();
        list_();
        update();
        end();
    }

    private void create() {
        String chosen = "chosen-access-token-0123456789-java-" + the.version;
        String refresh = "chosen-refresh-token-0123456789-java-" + the.version;

        the.step("tokenCreate", () -> {
            long before = System.currentTimeMillis();
            TokenCreateResponse answer = the.api.tokenCreate(request().setScopes(new String[] {"openid", "read"}));
            Predicate<Object> inAnHour = got -> (Long) got >= before + 3_590_000 && (Long) got <= before + 3_700_000;
            says(answer, "resultCode", "A109001", "action", "OK", "grantType", "AUTHORIZATION_CODE", "clientId", the.client.getClientId());
            says(answer, "subject", "creator", "scopes", list("openid", "read"), "accessToken", TEXT, "refreshToken", TEXT, "tokenType", "Bearer");
            says(answer, "expiresIn", 3600, "expiresAt", inAnHour, "tokenId", TEXT, "clientIdentifier", the.client.getClientId());
            says(seen(answer.getAccessToken()), "resultCode", "A056001", "action", "OK", "usable", true, "subject", "creator");
        });

        the.step("tokenCreate-with-everything", () -> {
            AuthzDetailsElement element = new AuthzDetailsElement().setType("pier").setActions(new String[] {"moor"}).setOtherFields("{\"berth\":7}");
            TokenCreateResponse answer = the.api.tokenCreate(request()
                .setClientIdentifier(Clients.ALIAS)
                .setScopes(new String[] {"read"})
                .setAccessTokenDuration(77)
                .setRefreshTokenDuration(777)
                .setProperties(new Property[] {new Property("ship", "Argo"), new Property("crew", "50", true)})
                .setAccessToken(chosen)
                .setRefreshToken(refresh)
                .setAuthorizationDetails(new AuthzDetails().setElements(new AuthzDetailsElement[] {element}))
                .setResources(new URI[] {URI.create("https://api.example/")})
                .setAcr("silver")
                .setAuthTime(1_700_000_000)
                .setSessionId("session-7"));
            says(answer, "resultCode", "A109001", "action", "OK", "expiresIn", 77, "accessToken", chosen, "refreshToken", refresh);
            says(answer, "sessionId", "session-7");
            IntrospectionResponse shown = says(seen(chosen), "action", "OK", "acr", "silver", "authTime", 1_700_000_000);
            check(shown.getProperties().length == 2, "properties");
            check(shown.getAuthorizationDetails().getElements()[0].getType().equals("pier"), "authorizationDetails");
            says(the.api.tokenCreate(request().setDpopKeyThumbprint(hashed("a key"))), "action", "OK", "tokenType", "DPoP");
            says(the.api.tokenCreate(request().setAccessTokenPersistent(true)), "action", "OK", "expiresIn", 0, "expiresAt", 0);
            says(the.api.tokenCreate(request().setGrantType(GrantType.CLIENT_CREDENTIALS)), "action", "OK", "subject", null, "refreshToken", null);
            says(the.api.tokenCreate(request().setScopes(new String[] {"brief"})), "action", "OK", "expiresIn", 120);
        });

        the.step("tokenCreate-refused", () -> {
            refused("A104201", request().setGrantType(null));
            refused("A104202", request().setGrantType(GrantType.REFRESH_TOKEN));
            refused("A105201", request().setSubject(null));
            refused("A105203", request().setSubject("Zo\u00eb"));
            refused("A106201", request().setScopes(new String[] {"nobody:knows"}));
            refused("A107201", request().setClientId(Clients.ABSENT));
            refused("A108204", request().setGrantType(GrantType.CLIENT_CREDENTIALS).setRefreshToken(refresh + "x"));
            refused("A144201", request().setAccessToken(chosen));
            refused("A144202", request().setRefreshToken(refresh));
        });
    }

    private void batch() {
        if (!the.version.equals("V3")) {
            // The SDK knows no path for it in this generation, and sends nothing.
            the.step("tokenCreateBatch", () -> unsent(() -> the.api.tokenCreateBatch(new TokenCreateRequest[0], false)));
            the.step("getTokenCreateBatchStatus", () -> unsent(() -> the.api.getTokenCreateBatchStatus("none")));
            return;
        }
        the.step("tokenCreateBatch", () -> {
            TokenCreateRequest[] two = {request().setSubject("batch"), request().setSubject("batch")};
            String id = the.api.tokenCreateBatch(two, false).getRequestId();
            check(TEXT.test(id), "requestId is " + id);
            TokenBatchStatus status = ended(id);
            says(status, "batchKind", "CREATE", "requestId", id, "result", "SUCCEEDED", "tokenCount", 2);
            says(the.api.getTokenList(null, "batch"), "totalCount", 2);
            TokenCreateRequest[] wrong = {request().setSubject("batch"), request().setSubject(null)};
            try {
                says(ended(the.api.tokenCreateBatch(wrong, false).getRequestId()), "result", "FAILED", "errorCode", TEXT);
            } catch (AuthleteApiException error) {
                check(error.getStatusCode() == 400, "HTTP " + error.getStatusCode());
            }
            says(the.api.getTokenList(null, "batch"), "totalCount", 2);
        });
        the.step("getTokenCreateBatchStatus", () -> fails(() -> the.api.getTokenCreateBatchStatus("nobody-asked-for-it"), 400, 404));
    }

    private static void unsent(Case.Act act) throws Exception {
        try {
            act.run();
        } catch (AuthleteApiException error) {
            check(error.getStatusCode() == 0, "HTTP " + error.getStatusCode());
            return;
        }
        throw new AssertionError("the SDK sends it now: assert on its answer");
    }

    /** The status of a batch that has ended. */
    private TokenBatchStatus ended(String id) throws Exception {
        for (int tries = 0; tries < 100; tries++) {
            TokenBatchStatus status = the.api.getTokenCreateBatchStatus(id).getStatus();
            if (status != null && status.getResult() != null) {
                return status;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("the batch does not end");
    }

    private void list_() {
        the.step("getTokenList", () -> {
            TokenCreateResponse last = null;
            for (int count = 0; count < 7; count++) {
                last = Clients.tokenFor(the, "listed", "read");
            }
            says(the.api.getTokenList(null, "listed"), "totalCount", 7, "subject", "listed", "client", null);
            TokenListResponse answer = the.api.getTokenList(Clients.ALIAS, "listed", 5, 25, TokenStatus.VALID);
            says(answer, "start", 5, "end", 25, "totalCount", 7);
            says(answer.getClient(), "clientId", the.client.getClientId(), "clientName", "Tide Tables");
            AccessToken record = answer.getAccessTokens()[1];
            says(record, "accessTokenHash", hashed(last.getAccessToken()), "refreshTokenHash", hashed(last.getRefreshToken()));
            says(record, "clientId", the.client.getClientId(), "grantType", "AUTHORIZATION_CODE", "scopes", list("read"), "lastRefreshedAt", 0);
            says(record, "createdAt", Case.MILLIS, "refreshTokenExpiresAt", Case.MILLIS);
            says(the.api.getTokenList(null, "listed", 0, 5, TokenStatus.INVALID), "totalCount", 0, "accessTokens", NONE);
            says(the.api.getTokenList(null, "listed", 0, 0), "totalCount", 7, "accessTokens", NONE);
            failsWith("A159202", () -> the.api.getTokenList(-1, 5), 400);
            failsWith("A159205", () -> the.api.getTokenList(0, 21), 400);
            failsWith("A001218", () -> the.api.getTokenList(String.valueOf(Clients.ABSENT), null), 400);
        });
    }

    private void update() {
        the.step("tokenUpdate", () -> {
            TokenCreateResponse made = Clients.tokenFor(the, "updated", "read");
            long until = (System.currentTimeMillis() / 1000 + 5000) * 1000;
            TokenUpdateResponse answer = the.api.tokenUpdate(new TokenUpdateRequest()
                .setAccessToken(made.getAccessToken())
                .setAccessTokenExpiresAt(until)
                .setRefreshTokenExpiresAt(until + 1000)
                .setScopes(new String[] {"write", "nobody:knows"})
                .setProperties(new Property[] {new Property("berth", "7")}));
            says(answer, "resultCode", "A135001", "action", "OK", "accessToken", made.getAccessToken(), "scopes", list("write"));
            says(answer, "accessTokenExpiresAt", until, "refreshTokenExpiresAt", until + 1000, "tokenType", "Bearer", "tokenId", made.getTokenId());
            says(seen(made.getAccessToken()), "action", "OK", "scopes", list("write"), "expiresAt", until);
            Predicate<Object> another = got -> TEXT.test(got) && !got.equals(made.getAccessToken());
            TokenUpdateRequest renew = new TokenUpdateRequest().setAccessTokenHash(hashed(made.getAccessToken())).setAccessTokenValueUpdated(true);
            says(the.api.tokenUpdate(renew), "resultCode", "A135001", "action", "OK", "accessToken", another, "tokenId", made.getTokenId());
            says(seen(made.getAccessToken()), "action", "UNAUTHORIZED", "existent", false);
            says(the.api.tokenUpdate(new TokenUpdateRequest()), "resultCode", "A134201", "action", "BAD_REQUEST");
            says(the.api.tokenUpdate(new TokenUpdateRequest().setAccessToken(NOBODYS)), "resultCode", "A134202", "action", "NOT_FOUND");
        });
    }

    private void end() {
        the.step("tokenDelete", () -> {
            TokenCreateResponse made = Clients.tokenFor(the, "deleted", "read");
            the.api.tokenDelete(made.getAccessToken());
            says(seen(made.getAccessToken()), "resultCode", "A057302", "action", "UNAUTHORIZED");
            TokenCreateResponse other = Clients.tokenFor(the, "deleted", "read");
            the.api.tokenDelete(other.getRefreshToken());
            says(seen(other.getAccessToken()), "action", "UNAUTHORIZED");
            the.api.tokenDelete(NOBODYS);
            the.api.tokenDelete("a/b+c=");
            fails(() -> the.stranger.tokenDelete(NOBODYS), 401);
        });

        the.step("tokenRevoke", () -> {
            TokenCreateResponse made = Clients.tokenFor(the, "revoked", "read");
            revoked(1, new TokenRevokeRequest().setAccessTokenIdentifier(made.getAccessToken()));
            revoked(1, new TokenRevokeRequest().setRefreshTokenIdentifier(Clients.tokenFor(the, "revoked", "read").getRefreshToken()));
            Clients.tokenFor(the, "pair", "read");
            Clients.tokenFor(the, "pair", "write");
            revoked(2, new TokenRevokeRequest().setClientIdentifier(Clients.ALIAS).setSubject("pair"));
            Clients.tokenFor(the, "third", "read");
            revoked(1, new TokenRevokeRequest().setSubject("third"));
            revoked(0, new TokenRevokeRequest().setSubject("nobody at all"));
            fails(() -> the.api.tokenRevoke(new TokenRevokeRequest()), 400);
            fails(() -> the.api.tokenRevoke(new TokenRevokeRequest().setClientIdentifier(String.valueOf(Clients.ABSENT))), 400, 404);
        });
    }

    private void revoked(int count, TokenRevokeRequest request) throws Exception {
        says(the.api.tokenRevoke(request), "resultCode", "A312001", "count", count);
    }
}
