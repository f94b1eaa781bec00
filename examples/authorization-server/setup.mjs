// Sets the service up and makes one client. Prints the client as shell variables; repeat it to get another client.
import { backend, serviceId } from './backend.mjs'
import { issuer } from './settings.mjs'

const redirectUri = process.argv[2] ?? 'http://127.0.0.1:9001/cb'
const METHODS = ['CLIENT_SECRET_BASIC', 'CLIENT_SECRET_POST', 'NONE']
const SCOPES = {
  openid: 'Know who you are',
  profile: 'See your name',
  email: 'See your e-mail address',
  offline_access: 'Stay signed in',
  tides: 'Read the tide tables',
}

// An update replaces the whole configuration of the service.
await backend.service.update({
  serviceId,
  service: {
    serviceName: 'Harbour',
    issuer,
    authorizationEndpoint: `${issuer}/authorize`,
    tokenEndpoint: `${issuer}/token`,
    revocationEndpoint: `${issuer}/revoke`,
    introspectionEndpoint: `${issuer}/introspect`,
    userInfoEndpoint: `${issuer}/userinfo`,
    pushedAuthReqEndpoint: `${issuer}/par`,
    jwksUri: `${issuer}/jwks`,
    supportedScopes: Object.entries(SCOPES).map(([name, description]) => ({ name, description, defaultEntry: false })),
    supportedGrantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'PASSWORD'],
    supportedResponseTypes: ['CODE'],
    supportedTokenAuthMethods: METHODS,
    supportedRevocationAuthMethods: METHODS,
    supportedClaims: ['sub', 'name', 'email'],
    accessTokenDuration: 3600,
    refreshTokenDuration: 30 * 86400,
    idTokenDuration: 3600,
    pushedAuthReqDuration: 60,
    // A new ID token at each refresh; see token.mjs.
    idTokenReissuable: true,
  },
})

const { clientId, clientSecret } = await backend.client.create({
  serviceId,
  client: {
    clientName: 'Tide Tables',
    clientType: 'CONFIDENTIAL',
    redirectUris: [redirectUri],
    responseTypes: ['CODE'],
    grantTypes: ['AUTHORIZATION_CODE', 'REFRESH_TOKEN', 'CLIENT_CREDENTIALS', 'PASSWORD'],
    tokenAuthMethod: 'CLIENT_SECRET_BASIC',
    idTokenSignAlg: 'ES256',
    pkceRequired: true,
  },
})
console.log(`CLIENT_ID=${clientId}\nCLIENT_SECRET=${clientSecret}`)
