import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, SignJWT } from 'jose'
import { afterAll, expect, test } from 'vitest'
import { DEFAULT_OPTIONS, type HubProgramOptions } from './options.ts'
import { makeVerifier } from './tokens.ts'

const folder = mkdtempSync(join(tmpdir(), 'pigeon-tokens-'))
afterAll(() => rmSync(folder, { recursive: true }))

const PRESENT = 'present secret of the hub, 32 bytes and more'
const FORMER = 'former secret of the hub, 32 bytes and more'
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function sign(claims: object, key: Uint8Array | object, alg = 'HS256', kid?: string) {
  const now = Math.floor(Date.now() / 1000)
  const header = kid === undefined ? { alg } : { alg, kid }
  return new SignJWT({ exp: now + 60, networks: ['net'], ...claims })
    .setProtectedHeader(header)
    .sign(key as Uint8Array)
}

async function verifier(options: Partial<HubProgramOptions>) {
  const verify = await makeVerifier({ ...DEFAULT_OPTIONS, auth: 'token', ...options })
  if (verify === undefined) throw new Error('none')
  return verify
}

test('S4 tokens by shared secret give networks, id and end; a former secret is good for a while', async () => {
  const verify = await verifier({ tokenSecret: [PRESENT, FORMER] })
  const exp = Math.floor(Date.now() / 1000) + 100
  const token = await sign({ exp, sub: 'a'.repeat(40) }, bytes(FORMER))
  const expiresAt = exp * 1000
  expect(await verify(token)).toEqual({ peerId: 'a'.repeat(40), networks: ['net'], expiresAt })
  expect(await verify(await sign({ networks: '*' }, bytes(PRESENT)))).toMatchObject({
    networks: 'all',
  })
})

test('S4 what is not signed, not by us, over, without an end or for others is no token', async () => {
  const tokenSecret = [PRESENT]
  const verify = await verifier({ tokenSecret, tokenIssuer: 'me', tokenAudience: 'hub' })
  const good = { iss: 'me', aud: 'hub' }
  expect(await verify(await sign(good, bytes(PRESENT)))).toBeDefined()
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{}').toString('base64url')}.`
  for (const bad of [
    'nonsense',
    unsigned,
    await sign(good, bytes(FORMER)),
    await sign({ ...good, exp: 1 }, bytes(PRESENT)),
    await sign({ ...good, exp: undefined }, bytes(PRESENT)),
    await sign({ ...good, iss: 'you' }, bytes(PRESENT)),
    await sign({ ...good, aud: 'door' }, bytes(PRESENT)),
    await sign(good, bytes(PRESENT), 'HS512'),
  ]) {
    expect(await verify(bad)).toBeUndefined()
  }
})

test('S4 a token without networks opens none', async () => {
  const verify = await verifier({ tokenSecret: [PRESENT] })
  expect(await verify(await sign({ networks: undefined }, bytes(PRESENT)))).toMatchObject({
    networks: [],
  })
})

test.each([
  ['EdDSA', () => generateKeyPairSync('ed25519')],
  ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2048 })],
] as const)('S4 tokens by %s: a key in PEM, or a set of keys', async (alg, generate) => {
  const { publicKey, privateKey } = generate()
  const pem = join(folder, `${alg}.pem`)
  writeFileSync(pem, publicKey.export({ type: 'spki', format: 'pem' }))
  const jwks = join(folder, `${alg}.json`)
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg }
  writeFileSync(jwks, JSON.stringify({ keys: [jwk] }))
  const token = await sign({}, privateKey, alg, 'one')
  expect(await (await verifier({ tokenKey: pem }))(token)).toMatchObject({ networks: ['net'] })
  expect(await (await verifier({ tokenJwks: jwks }))(token)).toMatchObject({ networks: ['net'] })
  // The public key is no shared secret.
  const confused = await sign({}, bytes(String(publicKey.export({ type: 'spki', format: 'pem' }))))
  expect(await (await verifier({ tokenKey: pem }))(confused)).toBeUndefined()
})

test('S4 a mode that wants tokens and nothing to check them with is refused, and so are bad files', async () => {
  await expect(makeVerifier({ ...DEFAULT_OPTIONS, auth: 'token' })).rejects.toThrow(
    /--token-secret/,
  )
  expect(await makeVerifier(DEFAULT_OPTIONS)).toBeUndefined()
  const bad = join(folder, 'bad')
  writeFileSync(bad, 'no key')
  await expect(verifier({ tokenKey: bad })).rejects.toThrow(/no public key in PEM/)
  await expect(verifier({ tokenJwks: bad })).rejects.toThrow(/no JSON Web Key Set/)
  await expect(verifier({ tokenKey: '/nowhere' })).rejects.toThrow(/names \/nowhere/)
})
