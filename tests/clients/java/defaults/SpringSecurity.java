package defaults;

import static defaults.Case.CLIENT;
import static defaults.Case.ISSUER;
import static defaults.Case.NAME;
import static defaults.Case.REDIRECT;
import static defaults.Case.SECRET;
import static defaults.Case.SIGNED_OUT;
import static defaults.Case.check;
import static defaults.Case.step;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.net.URLDecoder;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.authentication.OAuth2AuthenticationToken;
import org.springframework.security.oauth2.client.authentication.OAuth2LoginAuthenticationToken;
import org.springframework.security.oauth2.client.endpoint.OAuth2ClientCredentialsGrantRequest;
import org.springframework.security.oauth2.client.endpoint.OAuth2RefreshTokenGrantRequest;
import org.springframework.security.oauth2.client.endpoint.RestClientAuthorizationCodeTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientClientCredentialsTokenResponseClient;
import org.springframework.security.oauth2.client.endpoint.RestClientRefreshTokenTokenResponseClient;
import org.springframework.security.oauth2.client.oidc.authentication.OidcAuthorizationCodeAuthenticationProvider;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.registration.ClientRegistrations;
import org.springframework.security.oauth2.client.registration.InMemoryClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.core.AuthorizationGrantType;
import org.springframework.security.oauth2.core.OAuth2AccessToken;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationExchange;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationResponse;
import org.springframework.security.oauth2.core.oidc.user.OidcUser;
import org.springframework.security.oauth2.jwt.NimbusJwtDecoder;
import org.springframework.security.oauth2.server.resource.introspection.SpringOpaqueTokenIntrospector;
import org.springframework.web.util.UriComponentsBuilder;

/** Spring Security as a relying party and as a resource server, by the parts that its filters put together. */
public final class SpringSecurity {
    private final ClientRegistration client;
    private final InMemoryClientRegistrationRepository clients;
    private final Person person = new Person();

    private SpringSecurity() {
        client = step("discovery", () -> ClientRegistrations.fromIssuerLocation(ISSUER)
            .registrationId("jeton")
            .clientId(CLIENT)
            .clientSecret(SECRET)
            .redirectUri(REDIRECT)
            .scope("openid", "profile", "offline_access")
            .build());
        clients = new InMemoryClientRegistrationRepository(client);
    }

    public static void main(String[] arguments) {
        Case.runs(ClientRegistration.class, "spring-security-oauth2-client");
        new SpringSecurity().drive();
    }

    private void drive() {
        OAuth2LoginAuthenticationToken signedIn = step("code", this::signIn);
        OidcUser user = (OidcUser) signedIn.getPrincipal();
        step("userinfo", () -> {
            check(NAME.equals(user.getUserInfo().getFullName()), user.getUserInfo());
            return null;
        });
        OAuth2AccessToken fresh = step("refresh", () -> new RestClientRefreshTokenTokenResponseClient()
            .getTokenResponse(new OAuth2RefreshTokenGrantRequest(client, signedIn.getAccessToken(), signedIn.getRefreshToken()))
            .getAccessToken());
        // Without the first of these it reads only tokens that do not say they are access tokens, against RFC 9068.
        step("access-token", () -> NimbusJwtDecoder.withIssuerLocation(ISSUER).build().decode(fresh.getTokenValue()));
        step("introspection", () -> SpringOpaqueTokenIntrospector.withIntrospectionUri(endpoint("introspection_endpoint"))
            .clientId(CLIENT).clientSecret(SECRET).build().introspect(fresh.getTokenValue()));
        step("sign-out", () -> signOut(new OAuth2AuthenticationToken(user, user.getAuthorities(), "jeton")));
        ClientRegistration machine = ClientRegistration.withClientRegistration(client)
            .authorizationGrantType(AuthorizationGrantType.CLIENT_CREDENTIALS)
            .scope((String[]) null)
            .build();
        step("client-credentials", () -> new RestClientClientCredentialsTokenResponseClient()
            .getTokenResponse(new OAuth2ClientCredentialsGrantRequest(machine)));
    }

    private OAuth2LoginAuthenticationToken signIn() throws Exception {
        MockHttpServletRequest page = new MockHttpServletRequest("GET", "/oauth2/authorization/jeton");
        page.setServletPath("/oauth2/authorization/jeton");
        OAuth2AuthorizationRequest request = new DefaultOAuth2AuthorizationRequestResolver(clients, "/oauth2/authorization").resolve(page);
        URI callback = person.authorize(request.getAuthorizationRequestUri(), REDIRECT);
        var answered = UriComponentsBuilder.fromUri(callback).build(true).getQueryParams();
        OAuth2AuthorizationResponse response = OAuth2AuthorizationResponse.success(answered.getFirst("code"))
            .redirectUri(REDIRECT)
            .state(URLDecoder.decode(answered.getFirst("state"), UTF_8))
            .build();
        var provider = new OidcAuthorizationCodeAuthenticationProvider(
            new RestClientAuthorizationCodeTokenResponseClient(), new OidcUserService());
        var exchange = new OAuth2AuthorizationExchange(request, response);
        return (OAuth2LoginAuthenticationToken) provider.authenticate(new OAuth2LoginAuthenticationToken(client, exchange));
    }

    private URI signOut(Authentication who) throws Exception {
        var handler = new OidcClientInitiatedLogoutSuccessHandler(clients);
        handler.setPostLogoutRedirectUri(SIGNED_OUT);
        MockHttpServletResponse answer = new MockHttpServletResponse();
        handler.onLogoutSuccess(new MockHttpServletRequest("GET", "/logout"), answer, who);
        return person.authorize(answer.getRedirectedUrl(), SIGNED_OUT);
    }

    private String endpoint(String name) {
        return (String) client.getProviderDetails().getConfigurationMetadata().get(name);
    }
}
