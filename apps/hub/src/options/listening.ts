import { list, origins, text, wholeNumber } from './parsers.ts'
import type { Row } from './row.ts'

const URLS = /^wss?:\/\/[^\s/]+\S*$/

/** Where the hub listens, and for whom. */
export const LISTENING: readonly Row[] = [
  {
    flag: '--port <number>',
    env: 'PORT',
    fallback: 3000,
    text: 'port to listen on; 0 takes any free one',
    parse: wholeNumber(0, 65_535),
  },
  {
    flag: '--host <address>',
    env: 'HOST',
    fallback: 'localhost',
    text: 'address to listen on; 0.0.0.0 lets other machines in',
    parse: text,
  },
  {
    flag: '--public-url <urls>',
    env: 'PUBLIC_URL',
    fallback: [],
    text: 'what peers dial, if a proxy changes the header Host; commas between',
    parse: list(URLS, 'wss://hub.example.org'),
  },
  {
    flag: '--trust-proxy <number>',
    env: 'TRUST_PROXY',
    fallback: 0,
    text: 'proxies of yours in front of it, whose X-Forwarded-For is believed',
    parse: wholeNumber(0, 16),
  },
  {
    flag: '--cors-origin <origins>',
    env: 'CORS_ORIGIN',
    fallback: '*',
    text: 'origins of pages that may connect, separated by commas, besides its own; * is all',
    parse: origins,
  },
  {
    flag: '--tls-cert <file>',
    env: 'TLS_CERT',
    fallback: undefined,
    text: 'certificate chain, PEM; read again on SIGHUP',
    parse: text,
  },
  {
    flag: '--tls-key <file>',
    env: 'TLS_KEY',
    fallback: undefined,
    text: 'its private key, PEM',
    parse: text,
  },
  {
    flag: '--static <folder>',
    env: 'STATIC_DIR',
    fallback: undefined,
    text: 'folder of pages to serve',
    parse: text,
  },
  {
    flag: '--workers <number>',
    env: 'WORKERS',
    fallback: 1,
    text: 'processes that share the port, each a hub of its own, linked to the others; one for each core',
    parse: wholeNumber(1, 64),
  },
]
