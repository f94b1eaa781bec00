// npm openid-client 6 with every way it knows to say who it is, over Jeton's own TLS.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { refused, step, the } from './case.mjs'
import { fetchAs, privateKey, serveKeys } from './methods.mjs'

const stop = await serveKeys()
const methods = {
  client_secret_basic: ({ secret }) => client.ClientSecretBasic(secret),
  client_secret_post: ({ secret }) => client.ClientSecretPost(secret),
  client_secret_jwt: ({ secret }) => client.ClientSecretJwt(secret),
  private_key_jwt: async ({ private_key }) => client.PrivateKeyJwt(await privateKey(private_key)),
  tls_client_auth: () => client.TlsClientAuth(),
  self_signed_tls_client_auth: () => client.TlsClientAuth(),
}
async function discover(one) {
  const auth = await methods[one.auth_method](one)
  const options = { timeout: 300, [client.customFetch]: fetchAs(one) }
  return client.discovery(new URL(the.issuer), one.client_id, { use_mtls_endpoint_aliases: Boolean(one.certificate) }, auth, options)
}

for (const one of the.clients) {
  await step(one.client_id, async () => {
    const config = await discover(one)
    const { access_token } = await client.clientCredentialsGrant(config, { scope: 'api1' })
    const seen = await client.tokenIntrospection(config, access_token)
    assert.equal(seen.active, true)
    assert.equal(seen.client_id, one.client_id)
    assert.equal(Boolean(seen.cnf?.['x5t#S256']), Boolean(one.certificate), 'bound to the certificate, if there is one')
    await client.tokenRevocation(config, access_token)
    assert.deepEqual(await client.tokenIntrospection(config, access_token), { active: false })
    const impostor = await discover({ ...one, ...one.wrong })
    await refused('invalid_client', () => client.clientCredentialsGrant(impostor, { scope: 'api1' }))
  })
}
stop()
