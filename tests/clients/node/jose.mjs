// npm jose 6 against jeton-jose: reads every token that Jeton made, and makes one of its own for each.
import assert from 'node:assert/strict'
import { createPrivateKey } from 'node:crypto'
import * as jose from 'jose'
import { step, the } from './case.mjs'

const payload = new TextEncoder().encode(the.payload)
const bytes = (name) => Buffer.from(the.keys[name].private, 'base64')

/** What Jeton publishes of a key, or the shared key. */
async function publicKey(name, alg) {
  const jwk = the.keys[name].public
  return jwk ? jose.importJWK(jwk, alg) : new Uint8Array(bytes(name))
}

/** What Jeton would keep sealed. */
function privateKey(name) {
  const shared = the.keys[name].public === null
  return shared ? new Uint8Array(bytes(name)) : createPrivateKey({ key: bytes(name), format: 'der', type: 'pkcs8' })
}

for (const [index, { alg, key, token }] of the.jws.entries()) {
  await step(`verified ${index}`, async () => {
    const read = await jose.compactVerify(token, await publicKey(key, alg), { algorithms: [alg] })
    assert.deepEqual(read.payload, payload)
    assert.equal(read.protectedHeader.typ, 'JWT')
  })
  const signed = await new jose.CompactSign(payload).setProtectedHeader({ alg, kid: 'k' }).sign(privateKey(key))
  console.log(`ok jws ${index} ${signed}`)
}

for (const [index, { alg, enc, key, token }] of the.jwe.entries()) {
  await step(`decrypted ${index}`, async () => {
    const options = { keyManagementAlgorithms: [alg], contentEncryptionAlgorithms: [enc] }
    const read = await jose.compactDecrypt(token, privateKey(key), options)
    assert.deepEqual(read.plaintext, payload)
    assert.equal(read.protectedHeader.cty, 'JWT')
  })
  const jwe = new jose.CompactEncrypt(payload).setProtectedHeader({ alg, enc, cty: 'JWT' })
  if (alg.startsWith('ECDH-ES')) {
    const [apu, apv] = ['Alice', 'Bob'].map((name) => new TextEncoder().encode(name))
    jwe.setKeyManagementParameters({ apu, apv })
  }
  console.log(`ok jwe ${index} ${await jwe.encrypt(await publicKey(key, alg))}`)
}

// What Jeton has off, made by a library that has it on.
const off = async (name, header, key) => {
  const token = await new jose.CompactEncrypt(payload).setProtectedHeader(header).encrypt(key)
  console.log(`ok off ${name} ${token}`)
}
const { alg: _, ...rsa } = the.keys['RSA-OAEP-256'].public
await off('RSA-OAEP', { alg: 'RSA-OAEP', enc: 'A128GCM' }, await jose.importJWK(rsa, 'RSA-OAEP'))
await off('PBES2', { alg: 'PBES2-HS256+A128KW', enc: 'A128GCM' }, new TextEncoder().encode('a password'))
