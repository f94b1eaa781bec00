package authlete;

import java.util.Set;

/**
 * Maven's com.authlete:authlete-java-common against Jeton: every operation that it has, in the generation of paths that the case names.
 *
 * <p>Each operation is a step of its own: `ok NAME`, or `not ok NAME: what differs from the contract`. A step that fails does not end the
 * run. The last step fails unless every method of the SDK was called.
 */
final class Api {
    private Api() {}

    public static void main(String[] arguments) {
        Case the = new Case();
        Services services = new Services(the);
        Clients clients = new Clients(the);
        services.setUp();
        clients.make();
        services.drive();
        clients.drive();
        new Tokens(the).drive();
        Flows flows = new Flows(the);
        flows.drive();
        new MoreFlows(the, flows).drive();
        new Rest(the, flows).drive();
        services.end();
        the.step("every-operation", () -> {
            Set<String> left = the.notCalled();
            Case.check(left.isEmpty(), "never called: " + left);
        });
        System.exit(the.failed() ? 1 : 0);
    }
}
