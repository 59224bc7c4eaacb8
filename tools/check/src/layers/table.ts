/**
 * Who may depend on whom: the one place where the rules of the layers are written down.
 * The dependency rules, the check of the package.json files, the bundle check and the install check all read it.
 */

/** What one package may do. */
export interface Layer {
  /** The packages of ours it may depend on. */
  readonly uses: readonly string[]
  /** A protocol: no Node modules, no sockets, no timers, the world is injected. */
  readonly pure?: boolean
  /** Its entry points that may use Node all the same. */
  readonly shells?: readonly string[]
  /** Runs on servers only; everything else must bundle for browsers. */
  readonly server?: boolean
  /** What single entry points may use besides, by the name of the subpath. */
  readonly entries?: Readonly<Record<string, readonly string[]>>
  /** What its tests may use besides the table, {@link TEST_ONLY} and the private tools. */
  readonly tests?: readonly string[]
  /** WebRTC and WebSocket engines that come along when it is installed. */
  readonly engines?: readonly string[]
}

/** What every test may use. */
export const TEST_ONLY: readonly string[] = ['simulator']

/** Engines that must not come along by accident. */
export const ENGINES: readonly string[] = ['werift', 'node-datachannel', 'ws']

const PROTOCOLS = ['mesh', 'gossip', 'dht', 'crdt-storage', 'tree-overlay', 'volunteer']

/** By the name behind `@pigeon/`. */
export const LAYERS: Readonly<Record<string, Layer>> = {
  xor: { uses: [], pure: true },
  transport: { uses: ['xor'], pure: true },
  simulator: { uses: ['xor', 'transport'] },
  store: { uses: [] },
  identity: { uses: ['xor', 'transport'] },
  'signaling-protocol': { uses: ['xor', 'transport', 'identity'], engines: ['ws'] },
  webrtc: { uses: ['xor', 'transport'] },
  mesh: {
    uses: ['xor', 'transport', 'identity', 'signaling-protocol', 'webrtc'],
    pure: true,
    engines: ['ws'],
  },
  gossip: { uses: ['xor', 'transport'], pure: true },
  dht: { uses: ['xor', 'transport', 'store'], pure: true },
  'crdt-storage': { uses: ['xor', 'transport', 'identity', 'store'], pure: true },
  'tree-overlay': {
    uses: ['xor', 'transport', 'webrtc'],
    pure: true,
    entries: {
      bootstrap: ['identity', 'signaling-protocol'],
      genet: ['identity', 'signaling-protocol'],
    },
    tests: ['hub'],
    engines: ['ws'],
  },
  // Its main entry sees channels of its own description; a `TreeNode` has them.
  volunteer: { uses: ['xor', 'transport'], pure: true, shells: ['node'], tests: ['tree-overlay'] },
  hub: {
    uses: ['xor', 'transport', 'identity', 'signaling-protocol'],
    server: true,
    entries: { federation: ['dht', 'gossip', 'mesh', 'webrtc'], nats: [] },
    engines: ['ws'],
  },
  peer: {
    uses: ['xor', 'transport', 'store', 'identity', 'signaling-protocol', 'webrtc', ...PROTOCOLS],
    tests: ['hub'],
    engines: ['ws', 'werift'],
  },
  peerpigeon: {
    uses: [
      ...['xor', 'transport', 'store', 'identity', 'signaling-protocol', 'webrtc', ...PROTOCOLS],
      ...['peer', 'hub'],
    ],
    engines: ['ws', 'werift'],
  },
  'hub-server': {
    uses: ['xor', 'webrtc', 'mesh', 'hub'],
    tests: ['signaling-protocol'],
    server: true,
    engines: ['ws', 'werift'],
  },
  'volunteer-cli': {
    uses: [
      'xor',
      'transport',
      'identity',
      'signaling-protocol',
      'tree-overlay',
      'volunteer',
      'hub',
    ],
    server: true,
    engines: ['ws', 'werift'],
  },
  demo: {
    uses: ['transport', 'identity', 'crdt-storage', 'tree-overlay', 'volunteer', 'peer'],
    tests: ['hub', 'hub-server'],
  },
}

/** Everything that may come along with a package: what it uses, and what those use. */
export function reach(name: string, layers: Readonly<Record<string, Layer>> = LAYERS): Set<string> {
  const found = new Set<string>()
  const visit = (current: string): void => {
    const layer = layers[current]
    if (layer === undefined || found.has(current)) return
    found.add(current)
    for (const next of [...layer.uses, ...Object.values(layer.entries ?? {}).flat()]) visit(next)
  }
  visit(name)
  return found
}
