package authlete;

import static authlete.Case.check;
import static authlete.Case.json;
import static authlete.Case.list;
import static authlete.Case.says;

import com.authlete.common.api.AuthleteApi;
import com.authlete.common.api.AuthleteApiException;
import com.authlete.common.api.Options;
import com.authlete.common.dto.ApiResponse;
import com.authlete.common.dto.JoseVerifyRequest;
import com.google.gson.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Section 4.2's small operations, and those that Jeton does not have: each says so with a result code. */
final class Rest {
    private static final List<String> NOT_SERVED = List.of(
        "backchannelAuthentication",
        "backchannelAuthenticationIssue",
        "backchannelAuthenticationFail",
        "backchannelAuthenticationComplete",
        "gm",
        "federationConfiguration",
        "federationRegistration",
        "credentialIssuerMetadata",
        "credentialJwtIssuerMetadata",
        "credentialIssuerJwks",
        "credentialOfferCreate",
        "credentialOfferInfo",
        "credentialSingleParse",
        "credentialSingleIssue",
        "credentialBatchParse",
        "credentialBatchIssue",
        "credentialDeferredParse",
        "credentialDeferredIssue",
        "credentialNonce",
        "hskCreate",
        "hskDelete",
        "hskGet",
        "hskGetList",
        "nativeSso",
        "nativeSsoLogout");

    private final Case the;
    private final Flows flows;

    Rest(Case the, Flows flows) {
        this.the = the;
        this.flows = flows;
    }

    void drive() {
        the.step("echo", () -> {
            Map<String, String> sent = Map.of("tide", "high", "berth", "7");
            check(the.api.echo(sent).equals(sent), "another echo: " + the.api.echo(sent));
        });

        the.step("verifyJose", () -> {
            check(flows.idToken != null, "no ID token");
            JoseVerifyRequest request = new JoseVerifyRequest().setJose(flows.idToken).setMandatoryClaims(new String[] {"sub"});
            says(the.api.verifyJose(request), "resultCode", "A160001", "valid", true, "signatureValid", true);
            request.setMandatoryClaims(new String[] {"height"});
            says(the.api.verifyJose(request), "valid", false, "missingClaims", list("height"));
            request.setJose(flows.idToken.replaceAll("[^.]+$", "AAAA"));
            says(the.api.verifyJose(request), "valid", false, "signatureValid", false);
        });

        NOT_SERVED.forEach(name -> the.step(name, () -> unserved(name)));
    }

    /** A result code of a class other than success: as an HTTP error, or in an answer. */
    private void unserved(String name) throws Exception {
        String code;
        try {
            code = ((ApiResponse) called(name)).getResultCode();
        } catch (InvocationTargetException wrapped) {
            if (!(wrapped.getCause() instanceof AuthleteApiException)) {
                throw wrapped;
            }
            AuthleteApiException error = (AuthleteApiException) wrapped.getCause();
            check(error.getResponseBody() != null, "no body: HTTP " + error.getStatusCode());
            JsonObject said = json(error.getResponseBody());
            code = said.has("resultCode") ? said.get("resultCode").getAsString() : null;
        }
        check(code != null && code.matches("A\\d{3}[1-9]\\d{2}"), "resultCode is " + code);
    }

    /** Calls a method with an empty request; a text is a handle. */
    private Object called(String name) throws Exception {
        Method method = Arrays.stream(AuthleteApi.class.getMethods()).filter(each -> each.getName().equals(name)).findFirst().orElseThrow();
        Object[] values = Arrays.stream(method.getParameterTypes()).map(Rest::empty).toArray();
        return method.invoke(the.api, values);
    }

    private static Object empty(Class<?> type) {
        if (type == String.class || type == Options.class) {
            return type == String.class ? "a-handle" : null;
        }
        try {
            return type.getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException error) {
            throw new AssertionError(error);
        }
    }
}
