import { AUTH_MODES } from '@pigeon/hub'
import { list, oneOf, secrets, text, wholeNumber } from './parsers.ts'
import type { Row } from './row.ts'

/** On and off. */
export const SWITCH = ['on', 'off'] as const

/** Who may come in, and what helps them to link. */
export const ACCESS: readonly Row[] = [
  {
    flag: '--auth <mode>',
    env: 'AUTH',
    fallback: 'keyed',
    text: `who may join: ${AUTH_MODES.join(', ')}`,
    parse: oneOf(AUTH_MODES),
  },
  {
    flag: '--v1 <switch>',
    env: 'V1',
    fallback: 'on',
    text: 'whether peers of PeerPigeon are taken: on, off',
    parse: oneOf(SWITCH),
  },
  {
    flag: '--token-secret <secrets>',
    env: 'TOKEN_SECRET',
    fallback: [],
    text: 'checks tokens signed by HS256; earlier ones behind commas',
    parse: secrets(32),
    secret: true,
  },
  {
    flag: '--token-key <file>',
    env: 'TOKEN_KEY',
    fallback: undefined,
    text: 'public key, PEM, that checks tokens signed by EdDSA or RS256',
    parse: text,
  },
  {
    flag: '--token-jwks <place>',
    env: 'TOKEN_JWKS',
    fallback: undefined,
    text: 'JSON Web Key Set that checks tokens: an https address or a file',
    parse: text,
  },
  {
    flag: '--token-issuer <name>',
    env: 'TOKEN_ISSUER',
    fallback: undefined,
    text: 'who must have issued tokens',
    parse: text,
  },
  {
    flag: '--token-audience <name>',
    env: 'TOKEN_AUDIENCE',
    fallback: undefined,
    text: 'whom tokens must be meant for',
    parse: text,
  },
  {
    flag: '--stun-port <number>',
    env: 'STUN_PORT',
    fallback: 3478,
    text: 'UDP port that tells peers their address; 0 turns it off, as loopback does',
    parse: wholeNumber(0, 65_535),
  },
  {
    flag: '--stun-host <name>',
    env: 'STUN_HOST',
    fallback: undefined,
    text: 'name of this machine for STUN, if it is not the one that peers dial',
    parse: text,
  },
  {
    flag: '--turn-urls <urls>',
    env: 'TURN_URLS',
    fallback: [],
    text: 'TURN servers to tell peers; commas between',
    parse: list(/^turns?:\S+$/, 'turn:turn.example.org:3478'),
  },
  {
    flag: '--turn-secret <secret>',
    env: 'TURN_SECRET',
    fallback: undefined,
    text: 'their static-auth-secret, from which credentials are made',
    parse: text,
    secret: true,
  },
  {
    flag: '--turn-ttl <seconds>',
    env: 'TURN_TTL',
    fallback: 14_400,
    text: 'how long such credentials are good',
    parse: wholeNumber(60, 86_400),
  },
]
