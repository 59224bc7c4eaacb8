import { readFile } from 'node:fs/promises'
import type { TokenGrant, VerifyToken } from '@pigeon/hub'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  importSPKI,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose'
import type { HubProgramOptions } from './options.ts'
import { ProgramError } from './pages.ts'

/** How far clocks may be apart, s. */
const CLOCK_TOLERANCE = 5

/** Tokens signed with a pair of keys. */
const ASYMMETRIC = ['EdDSA', 'Ed25519', 'RS256']

type Check = (token: string) => Promise<JWTPayload>

/**
 * What checks tokens as the options say: JWTs with `exp`, `networks` (names, or `*` for all), and, if
 * they are for one peer alone, its id as `sub`.
 * @throws ProgramError if a key cannot be read, or the mode wants tokens and there is none
 */
export async function makeVerifier(options: HubProgramOptions): Promise<VerifyToken | undefined> {
  const checks = await makeChecks(options)
  if (checks.length === 0) {
    if (!options.auth.includes('token')) return undefined
    const how = '--token-secret, --token-key or --token-jwks'
    throw new ProgramError(`--auth ${options.auth} needs something that checks tokens: ${how}`)
  }
  return async (token) => {
    for (const check of checks) {
      try {
        return grantOf(await check(token))
      } catch {
        // Not by this key: by another one, or not at all.
      }
    }
    return undefined
  }
}

async function makeChecks(options: HubProgramOptions): Promise<Check[]> {
  const { tokenSecret, tokenKey, tokenJwks, tokenIssuer, tokenAudience } = options
  const common = {
    clockTolerance: CLOCK_TOLERANCE,
    requiredClaims: ['exp'],
    ...(tokenIssuer === undefined ? {} : { issuer: tokenIssuer }),
    ...(tokenAudience === undefined ? {} : { audience: tokenAudience }),
  }
  const checks: Check[] = tokenSecret.map((text) => {
    const secret = new TextEncoder().encode(text)
    return async (token) =>
      (await jwtVerify(token, secret, { ...common, algorithms: ['HS256'] })).payload
  })
  if (tokenKey !== undefined) {
    const key = await importKey(tokenKey)
    checks.push(async (token) => (await key(token, { ...common, algorithms: ASYMMETRIC })).payload)
  }
  if (tokenJwks !== undefined) {
    const keys = await keySet(tokenJwks)
    const all = { ...common, algorithms: ASYMMETRIC }
    checks.push(async (token) => (await jwtVerify(token, keys, all)).payload)
  }
  return checks
}

async function importKey(
  file: string,
): Promise<(token: string, options: object) => Promise<{ payload: JWTPayload }>> {
  const pem = await read(file, '--token-key')
  for (const algorithm of ['EdDSA', 'RS256']) {
    try {
      const key = await importSPKI(pem, algorithm)
      return (token, options) => jwtVerify(token, key, options)
    } catch {
      // A key of the other kind.
    }
  }
  throw new ProgramError(`${file} is no public key in PEM, of Ed25519 or RSA`)
}

async function keySet(place: string): Promise<JWTVerifyGetKey> {
  if (/^https?:\/\//.test(place)) return createRemoteJWKSet(new URL(place))
  try {
    return createLocalJWKSet(JSON.parse(await read(place, '--token-jwks')))
  } catch (error) {
    if (error instanceof ProgramError) throw error
    throw new ProgramError(`${place} is no JSON Web Key Set: ${(error as Error).message}`)
  }
}

async function read(file: string, what: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new ProgramError(`${what} names ${file}: ${(error as Error).message}`)
  }
}

function grantOf({ sub, exp, networks }: JWTPayload): TokenGrant {
  const names = Array.isArray(networks) ? networks.filter((name) => typeof name === 'string') : []
  const all = networks === '*' || names.includes('*')
  return {
    peerId: sub as TokenGrant['peerId'],
    networks: all ? 'all' : names,
    expiresAt: exp === undefined ? undefined : exp * 1000,
  }
}
