// Makes the key pairs that a test asks for by algorithm, as JWK and PEM: one JSON document on standard output.
import { createHash, generateKeyPairSync } from 'node:crypto'
import { the } from './case.mjs'

const make = {
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  ES384: () => generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}
const keys = the.algorithms.map((alg) => {
  const { privateKey, publicKey } = make[alg]()
  const own = publicKey.export({ format: 'jwk' })
  const kid = createHash('sha256').update(JSON.stringify(own)).digest('base64url')
  const named = (jwk) => ({ ...jwk, alg, kid, use: 'sig' })
  return {
    alg,
    public: named(own),
    private: named(privateKey.export({ format: 'jwk' })),
    pem: privateKey.export({ format: 'pem', type: 'pkcs8' }),
    public_pem: publicKey.export({ format: 'pem', type: 'spki' }),
  }
})
console.log(JSON.stringify(keys))
