package authlete;

import com.authlete.common.api.AuthleteApi;
import com.authlete.common.api.AuthleteApiException;
import com.authlete.common.api.AuthleteApiFactory;
import com.authlete.common.conf.AuthleteSimpleConfiguration;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** The case of this run, the SDK with a record of what was called, and how a step is reported. */
final class Case {
    /** A step, or a call of the SDK. */
    interface Act {
        void run() throws Exception;
    }

    final String version;
    final long service;
    final String issuer;
    /** With the service's own credential, with the organization's, and with one that nobody gave out. */
    final AuthleteApi api;

    final AuthleteApi organization;
    final AuthleteApi stranger;
    /** The client that all areas use; made by {@link Clients#make}. */
    com.authlete.common.dto.Client client;

    private final JsonObject given = JsonParser.parseString(System.getenv("JETON_CASE")).getAsJsonObject();
    private final Set<String> called = new TreeSet<>();
    private final List<String> failures = new ArrayList<>();

    Case() {
        version = text("version");
        service = given.get("service").getAsLong();
        issuer = text("issuer");
        api = sdk(service, text("access_token"), text("api_secret"));
        organization = sdk(service, text("organization"), text("api_secret"));
        stranger = sdk(service, "nobody-knows-this-token-at-all-0", "nor-this-secret-of-nobody-0123456");
    }

    private String text(String name) {
        return given.get(name).getAsString();
    }

    /** The SDK for another service, with the organization's credential. */
    AuthleteApi of(long other) {
        return sdk(other, text("organization"), text("organization"));
    }

    private AuthleteApi sdk(long service, String token, String secret) {
        AuthleteSimpleConfiguration configuration = new AuthleteSimpleConfiguration();
        configuration.setBaseUrl(text("base")).setServiceApiKey(String.valueOf(service));
        if (version.equals("V3")) {
            configuration.setApiVersion("V3").setServiceAccessToken(token);
        } else {
            configuration.setServiceApiSecret(secret).setServiceOwnerApiKey("owner").setServiceOwnerApiSecret(text("organization"));
        }
        String name = "com.authlete.common.api.AuthleteApiImpl" + (version.equals("V3") ? "V3" : "");
        AuthleteApi inner = AuthleteApiFactory.create(configuration, name);
        Object recorded = Proxy.newProxyInstance(Case.class.getClassLoader(), new Class<?>[] {AuthleteApi.class}, (proxy, method, values) -> {
            called.add(method.getName());
            try {
                return method.invoke(inner, values);
            } catch (InvocationTargetException error) {
                throw error.getCause();
            }
        });
        return (AuthleteApi) recorded;
    }

    /** The methods of the SDK's interface that no step has called; one has its old, misspelt name too. */
    Set<String> notCalled() {
        Set<String> left = new TreeSet<>();
        Arrays.stream(AuthleteApi.class.getMethods()).map(Method::getName).forEach(left::add);
        left.removeAll(called);
        left.removeAll(List.of("getSettings", "createServie"));
        return left;
    }

    /** Reports one operation; whatever goes wrong is said and remembered, and the run goes on. */
    void step(String name, Act act) {
        try {
            act.run();
            System.out.println("ok " + name);
        } catch (Exception | AssertionError error) {
            failures.add(name);
            String said = error instanceof AssertionError ? error.getMessage() : error.toString();
            if (error instanceof AuthleteApiException) {
                said += " " + ((AuthleteApiException) error).getResponseBody();
            }
            System.out.println("not ok " + name + ": " + said.replaceAll("\\s+", " "));
        }
    }

    /** Whether a step failed that may not differ yet. */
    boolean failed() {
        JsonArray may = given.has("may_differ") ? given.getAsJsonArray("may_differ") : new JsonArray();
        Set<String> tolerated = new TreeSet<>();
        may.forEach(each -> tolerated.add(each.getAsString()));
        return !tolerated.containsAll(failures);
    }

    static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new AssertionError(otherwise);
        }
    }

    /** Fails unless the answer has these members (name, value, …); a predicate decides, anything else must read the same. Says all that differ. */
    static <T> T says(T answer, Object... wanted) {
        check(answer != null, "no answer");
        List<String> differ = new ArrayList<>();
        for (int at = 0; at < wanted.length; at += 2) {
            Object got = member(answer, (String) wanted[at]);
            Object expected = wanted[at + 1];
            boolean holds = expected instanceof Predicate ? test(expected, got) : String.valueOf(got).equals(String.valueOf(expected));
            if (!holds) {
                differ.add(wanted[at] + " is " + got + (expected instanceof Predicate ? "" : ", not " + expected));
            }
        }
        check(differ.isEmpty(), String.join("; ", differ) + " (" + answer.getClass().getSimpleName() + " " + member(answer, "resultMessage") + ")");
        return answer;
    }

    @SuppressWarnings("unchecked")
    private static boolean test(Object predicate, Object got) {
        return ((Predicate<Object>) predicate).test(got);
    }

    /** As it is written in the contract: constants by their names, addresses as texts. */
    private static Object read(Object got) {
        if (got instanceof Enum) {
            return ((Enum<?>) got).name();
        }
        if (got instanceof Object[]) {
            return Arrays.stream((Object[]) got).map(Case::read).collect(Collectors.toList());
        }
        return got instanceof URI ? got.toString() : got;
    }

    /** A member by its getter. */
    private static Object member(Object answer, String name) {
        String end = Character.toUpperCase(name.charAt(0)) + name.substring(1);
        for (String start : List.of("get", "is")) {
            try {
                Object got = answer.getClass().getMethod(start + end).invoke(answer);
                return read(got);
            } catch (NoSuchMethodException absent) {
                continue;
            } catch (ReflectiveOperationException error) {
                throw new AssertionError(error);
            }
        }
        return "(no member " + name + ")";
    }

    /** Fails unless the call as a whole fails with one of these statuses and a result. */
    static void fails(Act act, Integer... statuses) throws Exception {
        failsWith("A\\d{6}", act, statuses);
    }

    /** The same with a result code. */
    static void failsWith(String code, Act act, Integer... statuses) throws Exception {
        try {
            act.run();
        } catch (AuthleteApiException error) {
            String body = error.getResponseBody();
            check(List.of(statuses).contains(error.getStatusCode()), "HTTP " + error.getStatusCode() + ", not " + Arrays.toString(statuses) + ": " + body);
            JsonObject said = json(body);
            check(said.has("resultCode") && said.get("resultCode").getAsString().matches(code), "not " + code + ": " + body);
            check(said.has("resultMessage"), "no resultMessage: " + body);
            return;
        }
        throw new AssertionError("expected HTTP " + Arrays.toString(statuses) + ", got an answer");
    }

    static JsonObject json(String text) {
        check(text != null && text.startsWith("{"), "no JSON object: " + text);
        return JsonParser.parseString(text).getAsJsonObject();
    }

    static String error(String content) {
        JsonObject said = json(content);
        check(said.has("error"), "no error: " + content);
        return said.get("error").getAsString();
    }

    /** The raw body of a client's request: name, value, … */
    static String form(Object... members) {
        List<String> pairs = new ArrayList<>();
        for (int at = 0; at < members.length; at += 2) {
            pairs.add(members[at] + "=" + URLEncoder.encode(String.valueOf(members[at + 1]), StandardCharsets.UTF_8));
        }
        return String.join("&", pairs);
    }

    static String hashed(String text) throws Exception {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    static JsonObject claims(String jwt) {
        return json(new String(Base64.getUrlDecoder().decode(jwt.split("\\.")[1]), StandardCharsets.UTF_8));
    }

    /** A text that is not empty. */
    static final Predicate<Object> TEXT = got -> got instanceof String && !((String) got).isEmpty();
    /** A time in milliseconds. */
    static final Predicate<Object> MILLIS = got -> ((Number) got).longValue() > 1_500_000_000_000L;

    static Predicate<Object> starts(String start) {
        return got -> got instanceof String && ((String) got).startsWith(start);
    }

    static Predicate<Object> oneOf(String... values) {
        return got -> List.of(values).contains(String.valueOf(got));
    }

    /** A list of texts, in any order. */
    static Predicate<Object> list(String... values) {
        return got -> got instanceof List && new TreeSet<Object>((List<?>) got).equals(new TreeSet<Object>(List.of(values)));
    }

    /** No list, or an empty one. */
    static final Predicate<Object> NONE = got -> got == null || got instanceof List && ((List<?>) got).isEmpty();
}
