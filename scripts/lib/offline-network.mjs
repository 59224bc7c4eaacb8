import { existsSync } from 'node:fs'
import { networkInterfaces } from 'node:os'

const BIN = ['/usr/sbin', '/sbin', '/usr/bin', '/bin']

/** A network of its own for one command: loopback, and a pair of connected interfaces that lead nowhere. */
const SCRIPT = `
ip link set lo up
ip link add pigeon0 type veth peer name pigeon1
ip addr add 192.0.2.1/24 dev pigeon0
ip link set pigeon0 up
ip link set pigeon1 up
ip route add default via 192.0.2.2
exec "$@"
`

const hasInterface = () =>
  Object.values(networkInterfaces()).some((addresses) => addresses?.some((one) => !one.internal))

const has = (/** @type {string} */ name) =>
  BIN.some((directory) => existsSync(`${directory}/${name}`))

/**
 * Browsers offer WebRTC nothing on a machine whose only interface is loopback, such as one that is offline. There the
 * command is run in a network namespace of its own (192.0.2.0/24 is for documentation, RFC 5737); else it is left as it is.
 * @param {string} command
 * @param {readonly string[]} args
 * @returns {{ command: string, args: readonly string[] }}
 * @throws Error that says what to do where that is not possible
 */
export function withNetwork(command, args) {
  if (hasInterface()) return { command, args }
  if (process.platform === 'linux' && process.getuid?.() === 0 && has('unshare') && has('ip')) {
    return { command: 'unshare', args: ['--net', 'sh', '-ec', SCRIPT, 'sh', command, ...args] }
  }
  throw new Error(
    'the browser tests need a network interface besides loopback, though no connection: join any network, ' +
      'or on Linux run this as root with iproute2 installed',
  )
}
