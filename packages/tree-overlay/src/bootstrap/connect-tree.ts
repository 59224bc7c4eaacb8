import { peerIdFromKey, type SigningKey } from '@pigeon/identity'
import { systemCrypto } from '@pigeon/identity/system'
import type { OfferedIceServer } from '@pigeon/signaling-protocol'
import { connectWebSocket } from '@pigeon/signaling-protocol/websocket'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { type IceServer, type IceServers, type RtcEngine, WebRtcLinks } from '@pigeon/webrtc'
import type { PeerId } from '@pigeon/xor'
import { createEngine } from '#engine'
import { FactoryLinks } from '../factory-links.ts'
import type { TreeOptions } from '../options.ts'
import { TreeNode } from '../tree-node.ts'
import { HubBootstrap, type HubBootstrapOptions } from './hub-bootstrap.ts'
import { rootKeyOf, signAsRoot, verifyRoot } from './root-key.ts'

/** Options of {@link connectTree}: those of the node, of its bootstrap, and of its links. */
export interface ConnectTreeOptions
  extends Partial<Omit<TreeOptions, 'bootstrap' | 'links' | 'sign' | 'verify'>>,
    Partial<Pick<HubBootstrapOptions, 'network' | 'connect' | 'token'>> {
  /** The tree's name. Default `tree`. */
  tree?: string
  /**
   * Lets this node be root: at least 128 random bits. Default none: then whoever knows the name of
   * the tree may be, unless `entry` is given.
   */
  secret?: string
  /** Where the root is found, from `treeEntry(secret)`; for nodes that do not know the secret. */
  entry?: PeerId
  /** This node's key; its id is the hash of that. Default a fresh one. */
  key?: SigningKey
  /** STUN and TURN servers. Default: those of the hub. */
  iceServers?: IceServers
  /** WebRTC. Default that of the browser, or werift in Node, which is to be installed beside. */
  engine?: RtcEngine
}

/**
 * A node whose bootstrap is a hub; it connects at once. Closing the node closes all of it.
 * @param urls of the hub, or of several in order of preference
 * @throws TypeError if `entry` is not that of `secret`
 * @example
 * const root = (await connectTree('ws://localhost:3000', { tree: 'mine' })).becomeRoot()
 * const node = (await connectTree('ws://localhost:3000', { tree: 'mine' })).join()
 */
export async function connectTree(
  urls: string | readonly string[],
  options: ConnectTreeOptions = {},
): Promise<TreeNode> {
  const {
    clock = systemClock,
    random = systemRandom,
    connect = connectWebSocket,
    tree = 'tree',
    secret = '',
    engine = createEngine(),
  } = options
  const key = options.key ?? (await systemCrypto.signingKey(random.fill(new Uint8Array(32))))
  const holds = options.entry === undefined || options.secret !== undefined
  const rootKey = holds ? await rootKeyOf(tree, secret) : undefined
  const entry = options.entry ?? (rootKey?.entry as PeerId)
  if (rootKey !== undefined && rootKey.entry !== entry) {
    throw new TypeError('the secret is not the one that entry was made of')
  }
  const self = peerIdFromKey(key.publicKey)
  const bootstrap = new HubBootstrap({
    urls: typeof urls === 'string' ? [urls] : urls,
    network: options.network ?? 'pigeon-tree',
    entry,
    self,
    prove: key,
    connect,
    clock,
    random,
    ...(rootKey && { proveEntry: rootKey.key }),
    ...(options.token && { token: options.token }),
  })
  let offered: readonly IceServer[] = []
  bootstrap.client.on('iceServers', (servers) => {
    offered = servers.map(toIceServer)
  })
  const iceServers = options.iceServers ?? (() => offered)
  const factory = new WebRtcLinks({ engine, clock, random, iceServers })
  const node = new TreeNode({
    ...options,
    bootstrap,
    links: new FactoryLinks({ factory, self, clock }),
    clock,
    random,
    verify: (bytes, proof) => verifyRoot(entry, bytes, proof),
    ...(rootKey && { sign: (bytes: Uint8Array) => signAsRoot(rootKey, bytes) }),
  })
  node.on('close', () => bootstrap.close())
  return node
}

function toIceServer({ urls, username, credential }: OfferedIceServer): IceServer {
  return {
    urls: [...urls],
    ...(username !== undefined && { username }),
    ...(credential !== undefined && { credential }),
  }
}
