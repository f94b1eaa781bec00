package defaults;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;

/** The server, the client and the person of this run, and how it reports: one {@code ok STEP} line for each thing it drove. */
final class Case {
    private static final JsonObject GIVEN = JsonParser.parseString(System.getenv("JETON_CASE")).getAsJsonObject();
    static final String ISSUER = said("issuer");
    static final String CLIENT = said("client_id");
    static final String SECRET = said("client_secret");
    static final String REDIRECT = said("redirect_uri");
    static final String SIGNED_OUT = said("post_logout_redirect_uri");
    static final String NAME = said("name");

    private Case() {}

    static String said(String member) {
        return GIVEN.get(member).getAsString();
    }

    /** What one step does. */
    interface Act<T> {
        T run() throws Exception;
    }

    /** Runs one step and reports it; a failure ends the program and names the step. */
    static <T> T step(String name, Act<T> act) {
        try {
            T result = act.run();
            System.out.println("ok " + name);
            return result;
        } catch (Exception | AssertionError error) {
            System.err.println("not ok " + name);
            error.printStackTrace();
            System.exit(1);
            throw new IllegalStateException(error);
        }
    }

    static void check(boolean holds, Object otherwise) {
        if (!holds) {
            throw new AssertionError(String.valueOf(otherwise));
        }
    }

    /** Says which version of a jar runs: its name ends in it. */
    static void runs(Class<?> one, String jar) {
        String path = one.getProtectionDomain().getCodeSource().getLocation().getPath();
        String file = path.substring(path.lastIndexOf('/') + 1);
        check(file.startsWith(jar + "-"), path);
        System.out.println("version " + file.substring(jar.length() + 1, file.length() - ".jar".length()));
    }
}
