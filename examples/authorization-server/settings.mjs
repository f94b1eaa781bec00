// What an operator chooses, from the environment; without it, what jeton.toml beside this file says.

/** Where Jeton answers, which of its services this server is, and the credential for it. */
export const jeton = process.env.JETON_URL ?? 'http://127.0.0.1:8080'
export const serviceId = process.env.JETON_SERVICE ?? '1001'
export const accessToken = process.env.JETON_ACCESS_TOKEN ?? 'for-trying-only-0123456789-of-the-harbour'

/** Where this server answers: the issuer of the service. */
export const issuer = process.env.ISSUER ?? 'http://127.0.0.1:9000'

/** The APIs that may introspect tokens, each with its secret. */
export const resourceServers = JSON.parse(process.env.RESOURCE_SERVERS ?? '{"harbour-api":"for-trying-only-of-the-api"}')
