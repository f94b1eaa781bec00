// openid-client's configuration of this run's client, by discovery.
import * as client from 'openid-client'
import { the } from './case.mjs'

export const issuer = new URL(the.issuer)
const methods = {
  client_secret_basic: client.ClientSecretBasic,
  client_secret_post: client.ClientSecretPost,
  none: client.None,
}

/** Discovers the server as this client, with a secret of the caller's choice. */
export function discover(secret = the.client_secret, algorithm = 'oidc') {
  return client.discovery(issuer, the.client_id, undefined, methods[the.auth_method](secret), {
    algorithm,
    timeout: 300,
    execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks],
  })
}
