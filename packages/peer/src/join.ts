import type { JoinOptions } from './options.ts'
import { PigeonMesh } from './pigeon-mesh.ts'

/** A mesh that calls of {@link joinMesh} share. */
interface Joined {
  readonly mesh: PigeonMesh
  readonly ready: Promise<void>
}

const shared = new Map<string | symbol, Joined>()

/**
 * Joins a network. Called again with equal options in one page or process it returns the same
 * mesh, so that components may each call it; every call needs its own `close()`. For a second
 * peer beside the first use `new PigeonMesh(…)`. Options that are functions or objects, such as
 * `authorize`, are equal if they are the same.
 * @param network its name, 1 to 128 bytes; peers of different networks never meet
 * @param options `hubs` at least
 * @returns once a hub let this peer in; links follow, see `whenPeers`
 * @throws MeshError `HUB_UNREACHABLE`, `HUB_REFUSED`, `ABORTED` or `NO_WEBRTC`, each with a hint
 * @throws RangeError or TypeError that says which option is wrong
 * @example
 * const mesh = await joinMesh('demo', { hubs: ['ws://localhost:3000'] })
 */
export async function joinMesh(network: string, options: JoinOptions): Promise<PigeonMesh> {
  if (typeof network !== 'string' || !Array.isArray(options?.hubs)) {
    const first = "joinMesh('my-network', { hubs: ['ws://localhost:3000'] })"
    throw new TypeError(`a network's name and options with hubs, please: ${first}`)
  }
  const { signal, links, ...comparable } = options
  // What cannot be compared by value is not shared.
  const key = links === undefined ? keyOf(network, comparable) : Symbol('not shared')
  const joined = shared.get(key)
  if (joined !== undefined) {
    joined.mesh.retain()
    await joined.ready
    return joined.mesh
  }
  const mesh = new PigeonMesh(network, options)
  mesh.on('closed', () => shared.delete(key))
  const ready = mesh.connect(signal && { signal })
  shared.set(key, { mesh, ready })
  await ready
  return mesh
}

function keyOf(network: string, { hubs, identity, engine, ...options }: JoinOptions): string {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  const values = entries.map(([name, value]): [string, unknown] => [
    name,
    typeof value === 'function' ? numberOf(value) : value,
  ])
  const who = typeof identity === 'object' ? numberOf(identity) : identity
  return JSON.stringify([
    ...[network, hubs.map(String), who, engine && numberOf(engine)],
    ...values.sort(([a], [b]) => (a < b ? -1 : 1)),
  ])
}

const numbers = new WeakMap<object, number>()
let count = 0

/** What is the same has the same number. */
function numberOf(value: object): number {
  const number = numbers.get(value) ?? ++count
  numbers.set(value, number)
  return number
}
