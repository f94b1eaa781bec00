// npm oauth4webapi 3 with every way it knows to say who it is, over Jeton's own TLS.
import assert from 'node:assert/strict'
import * as oauth from 'oauth4webapi'
import { refused, step, the } from './case.mjs'
import { fetchAs, privateKey, serveKeys } from './methods.mjs'

const stop = await serveKeys()
const methods = {
  client_secret_basic: ({ secret }) => oauth.ClientSecretBasic(secret),
  client_secret_post: ({ secret }) => oauth.ClientSecretPost(secret),
  client_secret_jwt: ({ secret }) => oauth.ClientSecretJwt(secret),
  private_key_jwt: async ({ private_key }) => oauth.PrivateKeyJwt(await privateKey(private_key)),
  tls_client_auth: () => oauth.TlsClientAuth(),
  self_signed_tls_client_auth: () => oauth.TlsClientAuth(),
}
const issuer = new URL(the.issuer)

/** A token for a client that proves itself as `proof` says. */
async function token(one, proof = one) {
  const [client, options] = [{ client_id: one.client_id, use_mtls_endpoint_aliases: Boolean(one.certificate) }, { [oauth.customFetch]: fetchAs(proof) }]
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
  assert(as.token_endpoint_auth_methods_supported.includes(one.auth_method))
  const auth = await methods[one.auth_method](proof)
  const answer = await oauth.clientCredentialsGrantRequest(as, client, auth, { scope: 'api1' }, options)
  return { as, client, auth, options, ...(await oauth.processClientCredentialsResponse(as, client, answer)) }
}

for (const one of the.clients) {
  await step(one.client_id, async () => {
    const { as, client, auth, options, access_token } = await token(one)
    const introspect = async () =>
      oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, auth, access_token, options))
    assert.equal((await introspect()).client_id, one.client_id)
    await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, access_token, options))
    assert.deepEqual(await introspect(), { active: false })
    await refused('invalid_client', () => token(one, { ...one, ...one.wrong }))
  })
}

await step('assertion-replay', async () => {
  const one = the.clients.find(({ auth_method }) => auth_method === 'private_key_jwt')
  const jti = crypto.randomUUID()
  const options = { [oauth.customFetch]: fetchAs(one) }
  const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, options))
  const client = { client_id: one.client_id }
  const auth = oauth.PrivateKeyJwt(await privateKey(one.private_key), { [oauth.modifyAssertion]: (_, payload) => (payload.jti = jti) })
  const ask = async () =>
    oauth.processClientCredentialsResponse(as, client, await oauth.clientCredentialsGrantRequest(as, client, auth, { scope: 'api1' }, options))
  assert((await ask()).access_token)
  await refused('invalid_client', ask)
})
stop()
