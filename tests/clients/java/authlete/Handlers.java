package authlete;

import static authlete.Case.check;
import static authlete.Case.error;
import static authlete.Case.json;

import com.authlete.common.dto.AuthorizationResponse;
import com.authlete.common.dto.Property;
import com.authlete.jaxrs.AccessTokenInfo;
import com.authlete.jaxrs.AccessTokenValidator;
import com.authlete.jaxrs.AuthorizationDecisionHandler;
import com.authlete.jaxrs.AuthorizationRequestHandler;
import com.authlete.jaxrs.ConfigurationRequestHandler;
import com.authlete.jaxrs.IntrospectionRequestHandler;
import com.authlete.jaxrs.JwksRequestHandler;
import com.authlete.jaxrs.RevocationRequestHandler;
import com.authlete.jaxrs.TokenRequestHandler;
import com.authlete.jaxrs.UserInfoRequestHandler;
import com.authlete.jaxrs.spi.AuthorizationDecisionHandlerSpiAdapter;
import com.authlete.jaxrs.spi.AuthorizationRequestHandlerSpiAdapter;
import com.authlete.jaxrs.spi.TokenRequestHandlerSpiAdapter;
import com.authlete.jaxrs.spi.UserInfoRequestHandlerSpiAdapter;
import com.google.gson.JsonObject;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.ws.rs.WebApplicationException;
import javax.ws.rs.core.MultivaluedHashMap;
import javax.ws.rs.core.MultivaluedMap;
import javax.ws.rs.core.Response;

/** Maven's com.authlete:authlete-java-jaxrs against Jeton: each of its handlers, as the endpoints of an authorization server call them. */
final class Handlers {
    private static final String VERIFIER = "a-code-verifier-of-fifty-characters-0123456789-abc";

    private final Case the = new Case();
    private String ticket;
    private String code;
    private JsonObject tokens;

    public static void main(String[] arguments) {
        Handlers handlers = new Handlers();
        handlers.drive();
        System.exit(handlers.the.failed() ? 1 : 0);
    }

    private void drive() {
        reissuable(false);
        new Clients(the).make();
        discovery();
        authorization();
        token();
        resources();
        revocation();
    }

    private void reissuable(boolean whether) {
        the.step("updateService", () -> the.organization.updateService(
            Services.described(the.issuer).setApiKey(the.service).setIdTokenReissuable(whether)));
    }

    private void discovery() {
        the.step("ConfigurationRequestHandler", () -> {
            JsonObject said = json((String) ok(new ConfigurationRequestHandler(the.api).handle()).getEntity());
            check(said.get("issuer").getAsString().equals(the.issuer), "issuer of " + said);
        });
        the.step("JwksRequestHandler", () -> {
            JsonObject said = json((String) ok(new JwksRequestHandler(the.api).handle()).getEntity());
            check(said.getAsJsonArray("keys").size() > 0, "no keys");
        });
    }

    /** Keeps the ticket, where a server would show a page. */
    private final class Page extends AuthorizationRequestHandlerSpiAdapter {
        @Override
        public Response generateAuthorizationPage(AuthorizationResponse info) {
            ticket = info.getTicket();
            check(info.getService().getServiceName().equals("Harbour"), "the page needs the service's name");
            check(info.getClient().getClientName().equals("Tide Tables"), "the page needs the client's name");
            return Response.ok("a page").build();
        }
    }

    /** Mara, who decides. */
    private static final class Decision extends AuthorizationDecisionHandlerSpiAdapter {
        private final boolean allows;

        Decision(boolean allows) {
            this.allows = allows;
        }

        @Override
        public boolean isClientAuthorized() {
            return allows;
        }

        @Override
        public long getUserAuthenticatedAt() {
            return 1_700_000_000;
        }

        @Override
        public String getUserSubject() {
            return "mara";
        }

        @Override
        public Object getUserClaim(String name, String language) {
            return name.equals("name") ? "Mara" : null;
        }
    }

    private Response authorize(String... more) throws Exception {
        MultivaluedMap<String, String> request = form(
            "response_type", "code",
            "client_id", String.valueOf(the.client.getClientId()),
            "redirect_uri", Clients.REDIRECT_URI,
            "scope", "openid profile read",
            "state", "of-the-client",
            "code_challenge", Case.hashed(VERIFIER),
            "code_challenge_method", "S256");
        request.putAll(form(more));
        return answered(() -> new AuthorizationRequestHandler(the.api, new Page()).handle(request));
    }

    private void authorization() {
        the.step("AuthorizationRequestHandler", () -> {
            ok(authorize());
            check(ticket != null, "no page was shown");
            check(authorize("redirect_uri", "https://evil.example/cb").getStatus() == 400, "a foreign redirect URI");
            // Nobody is signed in, and no page may be shown.
            Response silent = authorize("prompt", "none");
            check(silent.getStatus() == 302 && silent.getLocation().getQuery().contains("error=login_required"), "prompt=none: " + silent.getLocation());
        });
        the.step("AuthorizationDecisionHandler", () -> {
            URI denied = decided(false).getLocation();
            check(denied.getQuery().contains("error=access_denied"), "denied: " + denied);
            authorize();
            URI allowed = decided(true).getLocation();
            check(allowed.getQuery().contains("state=of-the-client"), "allowed: " + allowed);
            code = allowed.getQuery().replaceAll(".*code=([^&]*).*", "$1");
        });
    }

    private Response decided(boolean allows) throws Exception {
        return answered(() -> new AuthorizationDecisionHandler(the.api, new Decision(allows)).handle(ticket, new String[] {"name"}, null));
    }

    private Response asks(String secret, String... members) throws Exception {
        TokenRequestHandlerSpiAdapter people = new TokenRequestHandlerSpiAdapter() {
            @Override
            public String authenticateUser(String name, String password) {
                return password.equals("of the sea") ? name : null;
            }

            @Override
            public Property[] getProperties() {
                return new Property[] {new Property("ship", "Argo")};
            }
        };
        return answered(() -> new TokenRequestHandler(the.api, people).handle(form(members), basic(secret)));
    }

    private String basic(String secret) {
        String pair = the.client.getClientId() + ":" + secret;
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private void token() {
        the.step("TokenRequestHandler", () -> {
            String secret = the.client.getClientSecret();
            String[] redemption = {"grant_type", "authorization_code", "code", code, "redirect_uri", Clients.REDIRECT_URI, "code_verifier", VERIFIER};
            tokens = json((String) ok(asks(secret, redemption)).getEntity());
            check(tokens.has("id_token") && tokens.get("ship").getAsString().equals("Argo"), "tokens " + tokens);
            check(asks(secret, redemption).getStatus() == 400, "a code used twice");
            Response wrong = asks("wrong", "grant_type", "client_credentials");
            check(wrong.getStatus() == 401 && error((String) wrong.getEntity()).equals("invalid_client"), "HTTP " + wrong.getStatus());
            ok(asks(secret, "grant_type", "password", "username", "mara", "password", "of the sea"));
            Response refused = asks(secret, "grant_type", "password", "username", "mara", "password", "of the land");
            check(refused.getStatus() == 400 && error((String) refused.getEntity()).equals("invalid_grant"), "HTTP " + refused.getStatus());
            // Renewed here, since the code that was used twice has ended its tokens.
            authorize();
            String again = decided(true).getLocation().getQuery().replaceAll(".*code=([^&]*).*", "$1");
            redemption[3] = again;
            tokens = json((String) ok(asks(secret, redemption)).getEntity());
            String[] refresh = {"grant_type", "refresh_token", "refresh_token", tokens.get("refresh_token").getAsString()};
            tokens = json((String) ok(asks(secret, refresh)).getEntity());
        });
        reissuable(true);
        the.step("TokenRequestHandler-reissuable", () -> {
            // This version of the handler does not know the action.
            Response answer = asks(the.client.getClientSecret(), "grant_type", "refresh_token", "refresh_token", tokens.get("refresh_token").getAsString());
            check(answer.getStatus() == 500, "the handler knows ID_TOKEN_REISSUABLE now: HTTP " + answer.getStatus());
        });
        reissuable(false);
    }

    private void resources() {
        the.step("AccessTokenValidator", () -> {
            authorize();
            code = decided(true).getLocation().getQuery().replaceAll(".*code=([^&]*).*", "$1");
            String[] redemption = {"grant_type", "authorization_code", "code", code, "redirect_uri", Clients.REDIRECT_URI, "code_verifier", VERIFIER};
            tokens = json((String) ok(asks(the.client.getClientSecret(), redemption)).getEntity());
            AccessTokenInfo info = new AccessTokenValidator(the.api).validate(access(), new String[] {"read"});
            check("mara".equals(info.getSubject()) && info.getExpiresAt() > 1_500_000_000_000L, "subject " + info.getSubject());
            check(answered(() -> refusedBy("nobody-has-it", "read")).getStatus() == 401, "an unknown token");
            check(answered(() -> refusedBy(access(), "write")).getStatus() == 403, "a scope that it lacks");
        });
        the.step("IntrospectionRequestHandler", () -> {
            JsonObject said = json((String) ok(new IntrospectionRequestHandler(the.api).handle(form("token", access()))).getEntity());
            check(said.get("active").getAsBoolean() && said.get("sub").getAsString().equals("mara"), "said " + said);
            check(answered(() -> new IntrospectionRequestHandler(the.api).handle(form())).getStatus() == 400, "without a token");
        });
        the.step("UserInfoRequestHandler", () -> {
            UserInfoRequestHandlerSpiAdapter people = new UserInfoRequestHandlerSpiAdapter() {
                @Override
                public Object getUserClaim(String name, String language) {
                    return name.equals("name") ? "Mara" : null;
                }
            };
            JsonObject said = json((String) ok(new UserInfoRequestHandler(the.api, people).handle(access())).getEntity());
            check(said.get("sub").getAsString().equals("mara") && said.get("name").getAsString().equals("Mara"), "said " + said);
            check(answered(() -> new UserInfoRequestHandler(the.api, people).handle("nobody-has-it")).getStatus() == 401, "an unknown token");
        });
    }

    private Response refusedBy(String token, String scope) {
        new AccessTokenValidator(the.api).validate(token, new String[] {scope});
        return Response.ok().build();
    }

    private String access() {
        return tokens.get("access_token").getAsString();
    }

    private void revocation() {
        the.step("RevocationRequestHandler", () -> {
            RevocationRequestHandler handler = new RevocationRequestHandler(the.api);
            check(answered(() -> handler.handle(form("token", access()), basic("wrong"))).getStatus() == 401, "a wrong secret");
            ok(answered(() -> handler.handle(form("token", access()), basic(the.client.getClientSecret()))));
            check(answered(() -> refusedBy(access(), "read")).getStatus() == 401, "the token lives on");
        });
    }

    private interface Answering {
        Response run() throws Exception;
    }

    /** The answer, also where the handler throws it. */
    private static Response answered(Answering act) throws Exception {
        try {
            return act.run();
        } catch (WebApplicationException error) {
            return error.getResponse();
        }
    }

    private static Response ok(Response response) {
        check(response.getStatus() == 200, "HTTP " + response.getStatus() + ": " + response.getEntity());
        return response;
    }

    private static MultivaluedMap<String, String> form(String... members) {
        MultivaluedMap<String, String> all = new MultivaluedHashMap<>();
        for (int at = 0; at < members.length; at += 2) {
            all.add(members[at], members[at + 1]);
        }
        return all;
    }
}
