package defaults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.CookieManager;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.web.util.HtmlUtils;

/** Somebody with a browser's cookies, who follows redirects and fills in forms. */
final class Person {
    private static final Pattern FORM = Pattern.compile("<form\\b([^>]*)>(.*?)</form>", Pattern.DOTALL);
    private static final Pattern INPUT = Pattern.compile("<input\\b[^>]*>");
    private static final Pattern ATTRIBUTE = Pattern.compile("\\s([a-z-]+)=\"([^\"]*)\"");

    private final HttpClient browser = HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

    /** Answers pages until sent to an address that starts with {@code end}: that address. */
    URI authorize(String address, String end) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address)).build();
        for (int steps = 0; steps < 12; steps++) {
            HttpResponse<String> answer = browser.send(request, BodyHandlers.ofString());
            URI here = answer.uri();
            if (answer.statusCode() / 100 == 3) {
                URI next = here.resolve(answer.headers().firstValue("location").orElseThrow());
                if (next.toString().startsWith(end)) {
                    return next;
                }
                request = HttpRequest.newBuilder(next).build();
                continue;
            }
            Matcher form = FORM.matcher(answer.body());
            Case.check(answer.statusCode() == 200 && form.find(), here + " answered " + answer.statusCode() + ":\n" + answer.body());
            Map<String, String> fields = fields(form.group(2));
            if (fields.containsKey("password")) {
                fields.put("username", Case.said("username"));
                fields.put("password", Case.said("password"));
            } else {
                fields.put("decision", "approve");
            }
            String body = fields.entrySet().stream()
                .map(field -> URLEncoder.encode(field.getKey(), UTF_8) + "=" + URLEncoder.encode(field.getValue(), UTF_8))
                .collect(Collectors.joining("&"));
            request = HttpRequest.newBuilder(here.resolve(attributes(form.group(1)).getOrDefault("action", "")))
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(body))
                .build();
        }
        throw new AssertionError("no way back to " + end);
    }

    private static Map<String, String> fields(String inside) {
        Map<String, String> fields = new LinkedHashMap<>();
        INPUT.matcher(inside).results().map(tag -> attributes(tag.group())).filter(its -> its.containsKey("name"))
            .forEach(its -> fields.put(its.get("name"), its.getOrDefault("value", "")));
        return fields;
    }

    private static Map<String, String> attributes(String tag) {
        Map<String, String> found = new LinkedHashMap<>();
        ATTRIBUTE.matcher(tag).results().forEach(one -> found.put(one.group(1), HtmlUtils.htmlUnescape(one.group(2))));
        return found;
    }
}
