package authlete;

import static authlete.Case.check;
import static authlete.Case.fails;
import static authlete.Case.json;
import static authlete.Case.says;

import com.authlete.common.api.AuthleteApi;
import com.authlete.common.dto.Pair;
import com.authlete.common.dto.Scope;
import com.authlete.common.dto.Service;
import com.authlete.common.dto.ServiceConfigurationRequest;
import com.authlete.common.dto.ServiceListResponse;
import com.authlete.common.types.ClientAuthMethod;
import com.authlete.common.types.GrantType;
import com.authlete.common.types.ResponseType;
import com.google.gson.JsonObject;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Section 4.2: services, keys, discovery. */
final class Services {
    static final String[] SCOPES = {"openid", "profile", "email", "offline_access", "read", "write", "brief"};

    private static final ClientAuthMethod[] METHODS = {
        ClientAuthMethod.NONE, ClientAuthMethod.CLIENT_SECRET_BASIC, ClientAuthMethod.CLIENT_SECRET_POST, ClientAuthMethod.PRIVATE_KEY_JWT
    };

    private final Case the;
    private long second;

    Services(Case the) {
        this.the = the;
    }

    private static Scope scope(String name) {
        Scope made = new Scope().setName(name).setDescription("May " + name);
        return name.equals("brief") ? made.setAttributes(new Pair[] {new Pair("access_token.duration", "120")}) : made;
    }

    /** A whole configuration: an update replaces everything. */
    static Service described(String issuer) {
        return new Service()
            .setServiceName("Harbour")
            .setIssuer(URI.create(issuer))
            .setAuthorizationEndpoint(URI.create(issuer + "/authorize"))
            .setTokenEndpoint(URI.create(issuer + "/token"))
            .setRevocationEndpoint(URI.create(issuer + "/revoke"))
            .setIntrospectionEndpoint(URI.create(issuer + "/introspect"))
            .setUserInfoEndpoint(URI.create(issuer + "/userinfo"))
            .setJwksUri(URI.create(issuer + "/jwks"))
            .setPushedAuthReqEndpoint(URI.create(issuer + "/par"))
            .setRegistrationEndpoint(URI.create(issuer + "/register"))
            .setRegistrationManagementEndpoint(URI.create(issuer + "/register"))
            .setDeviceAuthorizationEndpoint(URI.create(issuer + "/device_authorization"))
            .setDeviceVerificationUri(URI.create(issuer + "/device"))
            .setDeviceFlowCodeDuration(600)
            .setDeviceFlowPollingInterval(1)
            .setSupportedScopes(Arrays.stream(SCOPES).map(Services::scope).toArray(Scope[]::new))
            .setSupportedGrantTypes(Clients.GRANTS)
            .setSupportedResponseTypes(new ResponseType[] {ResponseType.CODE})
            .setSupportedTokenAuthMethods(METHODS)
            .setSupportedRevocationAuthMethods(METHODS)
            .setSupportedIntrospectionAuthMethods(METHODS)
            .setSupportedClaims(new String[] {"sub", "name", "email"})
            .setAccessTokenType("Bearer")
            .setAccessTokenDuration(3600)
            .setRefreshTokenDuration(86400)
            .setIdTokenDuration(1800)
            .setPushedAuthReqDuration(300)
            .setDynamicRegistrationSupported(true)
            .setClientIdAliasEnabled(true)
            .setIdTokenReissuable(true);
    }

    private Service wanted() {
        return described(the.issuer).setApiKey(the.service);
    }

    void setUp() {
        the.step("updateService", () -> {
            Service got = the.organization.updateService(wanted());
            says(got, "apiKey", the.service, "serviceName", "Harbour", "issuer", the.issuer, "accessTokenDuration", 3600);
            says(got, "tokenEndpoint", the.issuer + "/token", "idTokenReissuable", true, "refreshTokenDuration", 86400);
            List<String> names = new ArrayList<>();
            Arrays.stream(got.getSupportedScopes()).forEach(each -> names.add(each.getName()));
            check(names.equals(List.of(SCOPES)), "supportedScopes is " + names + ": what was written comes back as written");
            Scope brief = got.getSupportedScopes()[6];
            check(brief.getAttributes() != null && brief.getAttributes()[0].getValue().equals("120"), "the scope's attribute is lost");
            if (the.version.equals("V3")) {
                fails(() -> the.stranger.updateService(wanted()), 401);
            }
        });
    }

    void drive() {
        the.step("getService", () -> {
            Service got = the.organization.getService(the.service);
            says(got, "apiKey", the.service, "issuer", the.issuer, "serviceName", "Harbour");
            check(List.of(got.getSupportedGrantTypes()).contains(GrantType.TOKEN_EXCHANGE), "supportedGrantTypes");
            if (the.version.equals("V3")) {
                fails(() -> the.stranger.getService(the.service), 401);
            } else {
                fails(() -> the.organization.getService(987654321), 403, 404);
            }
        });

        the.step("updateService-replaces", () -> {
            says(the.organization.updateService(wanted().setDescription("Ships")), "description", "Ships");
            says(the.organization.updateService(wanted()), "description", null);
            // What was read may be written back whole: read-only members are ignored.
            Service read = the.organization.getService(the.service);
            says(the.organization.updateService(read), "serviceName", "Harbour", "apiKey", the.service, "issuer", the.issuer);
        });

        the.step("getServiceList", () -> {
            ServiceListResponse answer = says(the.organization.getServiceList(0, 10), "start", 0, "end", 10);
            check(answer.getTotalCount() >= 1, "totalCount is " + answer.getTotalCount());
            check(Arrays.stream(answer.getServices()).anyMatch(each -> each.getApiKey() == the.service), "its own service is not listed");
            fails(() -> the.organization.getServiceList(-1, 10), 400);
        });

        the.step("getServiceConfiguration", () -> {
            JsonObject said = json(the.api.getServiceConfiguration());
            check(said.get("issuer").getAsString().equals(the.issuer), "issuer of " + said);
            check(said.get("token_endpoint").getAsString().equals(the.issuer + "/token"), "token_endpoint of " + said);
            json(the.api.getServiceConfiguration(true));
            String patch = "[{\"op\":\"replace\",\"path\":\"/token_endpoint\",\"value\":\"https://as.example/t\"}]";
            JsonObject patched = json(the.api.getServiceConfiguration(new ServiceConfigurationRequest().setPatch(patch)));
            check(patched.get("token_endpoint").getAsString().equals("https://as.example/t"), "not patched: " + patched);
            fails(() -> the.api.getServiceConfiguration(new ServiceConfigurationRequest().setPatch("not a patch")), 400);
        });

        the.step("getServiceJwks", () -> {
            check(!kids(the.api).isEmpty(), "no keys");
            check(!the.api.getServiceJwks(true, false).contains("\"d\""), "private keys are shown");
            fails(() -> the.stranger.getServiceJwks(), 401);
        });

        the.step("createService", () -> {
            Service made = the.organization.createService(described("https://second.example"));
            Predicate<Object> id = got -> (Long) got > 0 && (Long) got < 1L << 53;
            says(made, "apiKey", id, "serviceName", "Harbour", "issuer", "https://second.example");
            second = made.getApiKey();
            Set<String> both = kids(the.of(second));
            both.retainAll(kids(the.api));
            check(both.isEmpty(), "its keys are its own");
            if (the.version.equals("V3")) {
                fails(() -> the.api.createService(described("https://third.example")), 403);
            }
        });
    }

    void end() {
        the.step("deleteService", () -> {
            check(second != 0, "no service was made");
            AuthleteApi own = the.of(second);
            own.deleteService(second);
            fails(() -> own.getServiceJwks(), 401, 403, 404);
        });
    }

    private static Set<String> kids(AuthleteApi api) throws Exception {
        Set<String> all = new TreeSet<>();
        json(api.getServiceJwks()).getAsJsonArray("keys").forEach(key -> all.add(key.getAsJsonObject().get("kid").getAsString()));
        return all;
    }
}
