package defaults;

import static defaults.Case.CLIENT;
import static defaults.Case.ISSUER;
import static defaults.Case.NAME;
import static defaults.Case.REDIRECT;
import static defaults.Case.SECRET;
import static defaults.Case.SIGNED_OUT;
import static defaults.Case.check;
import static defaults.Case.step;

import com.nimbusds.oauth2.sdk.AuthorizationCode;
import com.nimbusds.oauth2.sdk.AuthorizationCodeGrant;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.RefreshTokenGrant;
import com.nimbusds.oauth2.sdk.ResponseType;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenIntrospectionRequest;
import com.nimbusds.oauth2.sdk.TokenIntrospectionResponse;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenRevocationRequest;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.id.Issuer;
import com.nimbusds.oauth2.sdk.id.State;
import com.nimbusds.oauth2.sdk.pkce.CodeChallengeMethod;
import com.nimbusds.oauth2.sdk.pkce.CodeVerifier;
import com.nimbusds.oauth2.sdk.token.Token;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.LogoutRequest;
import com.nimbusds.openid.connect.sdk.Nonce;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponse;
import com.nimbusds.openid.connect.sdk.OIDCTokenResponseParser;
import com.nimbusds.openid.connect.sdk.UserInfoRequest;
import com.nimbusds.openid.connect.sdk.UserInfoResponse;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientInformationResponse;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientMetadata;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationRequest;
import com.nimbusds.openid.connect.sdk.rp.OIDCClientRegistrationResponseParser;
import com.nimbusds.openid.connect.sdk.token.OIDCTokens;
import com.nimbusds.openid.connect.sdk.validators.IDTokenValidator;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import java.net.URI;

/** Nimbus's OAuth 2.0 and OpenID Connect SDK: it registers, and lives as a configured client too. */
public final class Nimbus {
    private final OIDCProviderMetadata server = step("discovery", () -> OIDCProviderMetadata.resolve(new Issuer(ISSUER)));
    private final Person person = new Person();

    public static void main(String[] arguments) {
        Case.runs(OIDCProviderMetadata.class, "oauth2-oidc-sdk");
        new Nimbus().drive();
    }

    private void drive() {
        ClientAuthentication client = new ClientSecretBasic(new ClientID(CLIENT), new Secret(SECRET));
        OIDCTokens tokens = step("code", () -> signIn(client, "openid profile offline_access"));
        step("userinfo", () -> {
            var request = new UserInfoRequest(server.getUserInfoEndpointURI(), tokens.getBearerAccessToken());
            var answer = UserInfoResponse.parse(request.toHTTPRequest().send());
            check(answer.indicatesSuccess(), answer);
            check(NAME.equals(answer.toSuccessResponse().getUserInfo().getName()), "the name");
            return null;
        });
        OIDCTokens fresh = step("refresh", () -> redeem(client, new RefreshTokenGrant(tokens.getRefreshToken())));
        Token token = fresh.getAccessToken();
        step("introspection", () -> {
            check(isActive(client, token), "not active");
            return null;
        });
        step("revocation", () -> {
            var request = new TokenRevocationRequest(server.getRevocationEndpointURI(), client, token);
            check(request.toHTTPRequest().send().getStatusCode() == 200, "not revoked");
            check(!isActive(client, token), "still active");
            return null;
        });
        step("client-credentials", () -> redeem(client, new ClientCredentialsGrant()));
        step("sign-out", () -> {
            var request = new LogoutRequest(server.getEndSessionEndpointURI(), tokens.getIDToken(), URI.create(SIGNED_OUT), new State());
            return person.authorize(request.toURI().toString(), SIGNED_OUT);
        });
        step("registration", () -> {
            OIDCClientMetadata wanted = new OIDCClientMetadata();
            wanted.setRedirectionURI(URI.create(REDIRECT));
            // Among them the application type `web`.
            wanted.applyDefaults();
            var request = new OIDCClientRegistrationRequest(server.getRegistrationEndpointURI(), wanted, null);
            HTTPResponse sent = request.toHTTPRequest().send();
            var answer = OIDCClientRegistrationResponseParser.parse(sent);
            check(answer.indicatesSuccess(), sent.getContent());
            var made = ((OIDCClientInformationResponse) answer).getOIDCClientInformation();
            return signIn(new ClientSecretBasic(made.getID(), made.getSecret()), "openid");
        });
    }

    /** The code flow, up to a verified ID token. */
    private OIDCTokens signIn(ClientAuthentication client, String scope) throws Exception {
        State state = new State();
        Nonce nonce = new Nonce();
        CodeVerifier verifier = new CodeVerifier();
        URI back = URI.create(REDIRECT);
        var request = new AuthenticationRequest.Builder(ResponseType.CODE, Scope.parse(scope), client.getClientID(), back)
            .endpointURI(server.getAuthorizationEndpointURI())
            .state(state)
            .nonce(nonce)
            .codeChallenge(verifier, CodeChallengeMethod.S256)
            .build();
        var answer = AuthenticationResponseParser.parse(person.authorize(request.toURI().toString(), REDIRECT));
        check(answer.indicatesSuccess() && state.equals(answer.getState()), answer);
        AuthorizationCode code = answer.toSuccessResponse().getAuthorizationCode();
        OIDCTokens tokens = redeem(client, new AuthorizationCodeGrant(code, back, verifier));
        // The algorithm is what a client's metadata say when they say nothing.
        var algorithm = com.nimbusds.jose.JWSAlgorithm.RS256;
        new IDTokenValidator(server.getIssuer(), client.getClientID(), algorithm, server.getJWKSetURI().toURL())
            .validate(tokens.getIDToken(), nonce);
        return tokens;
    }

    private OIDCTokens redeem(ClientAuthentication client, AuthorizationGrant grant) throws Exception {
        HTTPResponse answer = new TokenRequest(server.getTokenEndpointURI(), client, grant, null).toHTTPRequest().send();
        var parsed = OIDCTokenResponseParser.parse(answer);
        check(parsed.indicatesSuccess(), answer.getContent());
        return ((OIDCTokenResponse) parsed).getOIDCTokens();
    }

    private boolean isActive(ClientAuthentication client, Token token) throws Exception {
        var request = new TokenIntrospectionRequest(server.getIntrospectionEndpointURI(), client, token);
        var answer = TokenIntrospectionResponse.parse(request.toHTTPRequest().send());
        check(answer.indicatesSuccess(), answer);
        return answer.toSuccessResponse().isActive();
    }
}
