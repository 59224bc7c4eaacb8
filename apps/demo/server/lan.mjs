import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { createServer } from 'node:tls'
import { generate } from 'selfsigned'

/** How long the certificate is good, days. */
const DAYS = 7

/** Connections through it at once. */
const MAX_CONNECTIONS = 200

/**
 * Lets other machines of the local network reach a server on this one, encrypted: browsers give
 * cameras, keys and the like to pages over https only. The certificate is made now and kept
 * nowhere, so browsers warn of it once.
 * @param {object} options
 * @param {number} options.to port of the server, on loopback
 * @param {number} options.port to listen on; 0 takes any
 * @param {readonly string[]} [options.hosts] addresses to be reached by; default those of this machine
 * @returns {Promise<{ addresses: string[], stop(): Promise<void> }>}
 */
export async function openLan({ to, port, hosts = localAddresses() }) {
  const { cert, private: key } = await makeCertificate(hosts)
  const server = createServer({ cert, key, minVersion: 'TLSv1.2' }, (socket) => {
    const inner = connect(to, 'localhost')
    const end = () => {
      socket.destroy()
      inner.destroy()
    }
    for (const one of [socket, inner]) one.on('error', end).on('close', end)
    socket.pipe(inner).pipe(socket)
  })
  server.maxConnections = MAX_CONNECTIONS
  // Who does not trust the certificate hangs up; that is not worth a word.
  server.on('tlsClientError', () => {})
  /** @type {Set<import('node:net').Socket>} */
  const sockets = new Set()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '0.0.0.0', () => resolve(undefined))
  })
  const bound = /** @type {import('node:net').AddressInfo} */ (server.address()).port
  return {
    addresses: hosts.map((host) => `https://${host}:${bound}/`),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

/** @param {readonly string[]} hosts */
function makeCertificate(hosts) {
  const notBeforeDate = new Date(Date.now() - 3_600_000)
  const notAfterDate = new Date(Date.now() + DAYS * 86_400_000)
  return generate([{ name: 'commonName', value: 'Pigeon demo' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate,
    notAfterDate,
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: hosts.map((ip) => ({ type: 7, ip })) },
    ],
  })
}

/** This machine's IPv4 addresses that others may reach. */
function localAddresses() {
  const found = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
  if (found.length === 0) throw new Error('this machine is in no network that others could be in')
  return found
}

/** What to tell the person who started it. @param {readonly string[]} addresses */
export function lanNotice(addresses) {
  return [
    ...addresses.map((address) => `  phones  ${address}`),
    '          Each browser warns once that the connection is not private, since the certificate',
    '          was made for this run: choose “Advanced”, then “Proceed”. In iOS “Show Details”,',
    '          then “visit this website”. Whoever is in your network can join the demo.',
  ].join('\n')
}
