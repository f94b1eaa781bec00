package authlete;

import static authlete.Case.check;
import static authlete.Case.fails;
import static authlete.Case.failsWith;
import static authlete.Case.list;
import static authlete.Case.says;

import com.authlete.common.dto.AuthorizedClientListResponse;
import com.authlete.common.dto.Client;
import com.authlete.common.dto.ClientAuthorizationGetListRequest;
import com.authlete.common.dto.ClientAuthorizationUpdateRequest;
import com.authlete.common.dto.ClientListResponse;
import com.authlete.common.dto.ClientSecretRefreshResponse;
import com.authlete.common.dto.TokenCreateRequest;
import com.authlete.common.dto.TokenCreateResponse;
import com.authlete.common.types.ClientAuthMethod;
import com.authlete.common.types.ClientType;
import com.authlete.common.types.GrantType;
import com.authlete.common.types.ResponseType;
import java.util.function.Predicate;

/** Section 4.3: clients, what users allowed them, their secrets and scopes. */
final class Clients {
    static final String REDIRECT_URI = "https://app.example/cb";
    static final String ALIAS = "tides of java";
    static final long ABSENT = 987654321;
    static final GrantType[] GRANTS = {
        GrantType.AUTHORIZATION_CODE,
        GrantType.REFRESH_TOKEN,
        GrantType.CLIENT_CREDENTIALS,
        GrantType.PASSWORD,
        GrantType.DEVICE_CODE,
        GrantType.TOKEN_EXCHANGE,
        GrantType.JWT_BEARER
    };

    private final Case the;

    Clients(Case the) {
        this.the = the;
    }

    static Client described(String name) {
        return new Client()
            .setDeveloper("dora of " + name)
            .setClientName(name)
            .setClientType(ClientType.CONFIDENTIAL)
            .setRedirectUris(new String[] {REDIRECT_URI})
            .setResponseTypes(new ResponseType[] {ResponseType.CODE})
            .setGrantTypes(GRANTS)
            .setTokenAuthMethod(ClientAuthMethod.CLIENT_SECRET_BASIC);
    }

    private static Client tides() {
        return described("Tide Tables").setClientIdAlias(ALIAS).setClientIdAliasEnabled(true);
    }

    void make() {
        the.step("createClient", () -> {
            the.client = the.api.createClient(tides());
            Predicate<Object> id = got -> (Long) got > 0 && (Long) got < 1L << 53;
            Predicate<Object> secret = got -> got instanceof String && ((String) got).length() == 86;
            says(the.client, "clientId", id, "clientSecret", secret, "clientName", "Tide Tables", "developer", "dora of Tide Tables");
            says(the.client, "redirectUris", list(REDIRECT_URI), "clientType", "CONFIDENTIAL", "tokenAuthMethod", "CLIENT_SECRET_BASIC");
            says(the.client, "createdAt", Case.MILLIS);
            fails(() -> the.api.createClient(described("X").setRedirectUris(new String[] {"not a uri"})), 400);
            Client plain = the.api.createClient(new Client().setClientType(ClientType.PUBLIC));
            says(plain, "tokenAuthMethod", "NONE", "grantTypes", "[AUTHORIZATION_CODE, REFRESH_TOKEN]", "responseTypes", "[CODE]");
            the.api.deleteClient(plain.getClientId());
        });
    }

    /** A token of the client, made by create. */
    static TokenCreateResponse tokenFor(Case the, String subject, String... scopes) throws Exception {
        check(the.client != null, "createClient failed");
        TokenCreateRequest request = new TokenCreateRequest()
            .setGrantType(GrantType.AUTHORIZATION_CODE)
            .setClientId(the.client.getClientId())
            .setSubject(subject)
            .setScopes(scopes);
        return says(the.api.tokenCreate(request), "resultCode", "A109001", "action", "OK");
    }

    void drive() {
        the.step("getClient", () -> {
            says(the.api.getClient(the.client.getClientId()), "clientId", the.client.getClientId(), "clientName", "Tide Tables");
            fails(() -> the.api.getClient(ABSENT), 400, 404);
        });

        the.step("getClientList", () -> {
            ClientListResponse answer = says(the.api.getClientList("dora of Tide Tables", 0, 100), "start", 0, "end", 100);
            check(answer.getClients()[0].getClientId() == the.client.getClientId(), "another client is listed");
            says(the.api.getClientList(), "start", 0);
            // In version 3 the SDK forgets the developer.
            Predicate<Object> others = got -> the.version.equals("V3") == ((Integer) got > 0);
            says(the.api.getClientList("nobody", 0, 5), "totalCount", others);
            fails(() -> the.api.getClientList(-1, 5), 400);
        });

        the.step("updateClient", () -> {
            Client read = the.api.getClient(the.client.getClientId()).setDescription("Of the harbour").setClientName("Tides");
            says(the.api.updateClient(read), "clientName", "Tides", "description", "Of the harbour", "redirectUris", list(REDIRECT_URI));
            says(the.api.updateClient(tides().setClientId(the.client.getClientId())), "clientName", "Tide Tables", "description", null);
            fails(() -> the.api.updateClient(described("X").setClientId(ABSENT)), 400, 404);
        });

        the.step("requestable-scopes", () -> {
            long id = the.client.getClientId();
            check(the.api.setRequestableScopes(id, new String[] {"openid", "read"}).length == 2, "set");
            check(the.api.getRequestableScopes(id).length == 2, "get");
            check(the.api.getClient(id).getExtension().isRequestableScopesEnabled(), "the client's extension does not show it");
            the.api.deleteRequestableScopes(id);
            fails(() -> the.api.getRequestableScopes(ABSENT), 400, 404);
        });

        the.step("getClientAuthorizationList", () -> {
            tokenFor(the, "lister", "read");
            AuthorizedClientListResponse answer = the.api.getClientAuthorizationList(new ClientAuthorizationGetListRequest("lister", 0, 5));
            says(answer, "subject", "lister", "totalCount", 1);
            check(answer.getClients()[0].getClientId() == the.client.getClientId(), "another client is listed");
            failsWith("A136\\d+", () -> the.api.getClientAuthorizationList(new ClientAuthorizationGetListRequest()), 400);
        });

        the.step("updateClientAuthorization", () -> {
            tokenFor(the, "narrowed", "read", "write");
            ClientAuthorizationUpdateRequest request = new ClientAuthorizationUpdateRequest("narrowed", new String[] {"read"});
            the.api.updateClientAuthorization(the.client.getClientId(), request);
            says(the.api.getTokenList(null, "narrowed").getAccessTokens()[0], "scopes", list("read"));
            fails(() -> the.api.updateClientAuthorization(ABSENT, request), 400, 404);
        });

        the.step("deleteClientAuthorization", () -> {
            tokenFor(the, "departed", "read");
            the.api.deleteClientAuthorization(the.client.getClientId(), "departed");
            says(the.api.getTokenList(null, "departed"), "totalCount", 0);
        });

        the.step("client-secrets", () -> {
            Client spare = the.api.createClient(described("Spare"));
            Predicate<Object> another = got -> Case.TEXT.test(got) && !got.equals(spare.getClientSecret());
            ClientSecretRefreshResponse fresh = the.api.refreshClientSecret(spare.getClientId());
            says(fresh, "resultCode", "A148001", "newClientSecret", another);
            String chosen = "a-secret-chosen-by-the-caller-0123456789";
            says(the.api.updateClientSecret(spare.getClientId(), chosen), "resultCode", "A149001", "newClientSecret", chosen);
            fails(() -> the.api.refreshClientSecret(ABSENT), 400, 404);
            the.api.deleteClient(spare.getClientId());
        });

        the.step("updateClientLockFlag", () -> {
            Client spare = the.api.createClient(described("Locked"));
            String id = String.valueOf(spare.getClientId());
            TokenCreateRequest request = new TokenCreateRequest().setGrantType(GrantType.CLIENT_CREDENTIALS).setClientId(spare.getClientId());
            the.api.updateClientLockFlag(id, true);
            says(the.api.tokenCreate(request), "resultCode", "A107203", "action", "FORBIDDEN");
            the.api.updateClientLockFlag(id, false);
            says(the.api.tokenCreate(request), "resultCode", "A109001", "action", "OK");
            fails(() -> the.api.updateClientLockFlag(String.valueOf(ABSENT), true), 400, 404);
            the.api.deleteClient(spare.getClientId());
        });

        the.step("deleteClient", () -> {
            Client spare = the.api.createClient(described("Gone"));
            the.api.deleteClient(spare.getClientId());
            fails(() -> the.api.getClient(spare.getClientId()), 400, 404);
            // The SDK takes a refusal for success.
            the.api.deleteClient(ABSENT);
            the.api.getClientList("dora of Gone");
        });
    }
}
