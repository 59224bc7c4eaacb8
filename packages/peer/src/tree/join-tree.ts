import { systemClock, systemRandom } from '@pigeon/transport/system'
import {
  type Done,
  FactoryLinks,
  type TreeError,
  TreeNode,
  type TreeOptions,
} from '@pigeon/tree-overlay'
import { rootKeyOf, signAsRoot, verifyRoot } from '@pigeon/tree-overlay/bootstrap'
import type { PeerId } from '@pigeon/xor'
import type { Messenger } from '../channels/messenger.ts'
import { messengerOf } from '../channels/messenger-of.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'
import { MeshBootstrap } from './mesh-bootstrap.ts'
import { signedReign } from './reign-frames.ts'
import { TreePost } from './tree-post.ts'

/** Options of {@link joinTree}, with those of the node. */
export interface JoinTreeOptions
  extends Partial<
    Omit<TreeOptions, 'bootstrap' | 'links' | 'clock' | 'random' | 'sign' | 'verify'>
  > {
  /** The tree's name. Default `tree`. */
  readonly name?: string
  /** Whether this peer is to be its root. Default false. */
  readonly root?: boolean
  /**
   * Lets this node be root: at least 128 random bits. Default none: then whoever knows the name of
   * the tree may be, unless `entry` is given.
   */
  readonly secret?: string
  /** From `treeEntry(secret, name)`; for nodes that do not know the secret. */
  readonly entry?: PeerId
}

const posts = new WeakMap<Messenger, TreePost>()

/**
 * Joins a tree of the peers of a mesh, or becomes its root. There is no server in it: peers hear of
 * the root by broadcast, offers and answers go as messages over the mesh, and links are proven as
 * those of the mesh are. The node stays in the tree by itself, and is closed with the mesh.
 * @returns the node, once it is root, or has a parent
 * @throws TypeError if this mesh has a node of that tree already, or `entry` is not that of `secret`
 * @throws TreeError `TREE_TAKEN`, `TREE_TIMEOUT`, `TREE_REFUSED` or `TREE_CLOSED`
 * @throws MessageError `CLOSED` if the mesh is closed
 * @example
 * const root = await joinTree(mesh, { name: 'render', root: true })
 */
export async function joinTree(mesh: PigeonMesh, options: JoinTreeOptions = {}): Promise<TreeNode> {
  const { name = 'tree', secret = '', root = false } = options
  const holds = options.entry === undefined || options.secret !== undefined
  const rootKey = holds ? await rootKeyOf(name, secret) : undefined
  const entry = options.entry ?? (rootKey?.entry as PeerId)
  if (rootKey !== undefined && rootKey.entry !== entry) {
    throw new TypeError('the secret is not the one that entry was made of')
  }
  const { peerId: self, network } = mesh
  const clock = systemClock
  const bootstrap = new MeshBootstrap({
    ...{ self, entry, clock, post: postOf(mesh), herald: mesh.gossip },
    topic: `pigeon/tree/1/${entry}`,
    isAlone: () => mesh.peers.size === 0,
    sign: rootKey && ((term) => signAsRoot(rootKey, signedReign(network, self, term))),
    verify: (peer, term, proof) => verifyRoot(entry, signedReign(network, peer, term), proof),
  })
  const node = new TreeNode({
    ...options,
    ...{ bootstrap, clock, random: systemRandom },
    links: new FactoryLinks({ factory: mesh.links, self, clock, named: true }),
    verify: (bytes, proof) => verifyRoot(entry, bytes, proof),
    ...(rootKey && { sign: (bytes: Uint8Array) => signAsRoot(rootKey, bytes) }),
  })
  const off = mesh.on('closed', () => node.close())
  node.on('close', () => {
    off()
    bootstrap.close()
  })
  await settled(node, (done) => (root ? node.becomeRoot(done) : node.join(done)))
  return node
}

/** Waits for what was begun. @throws TreeError, and the node is closed */
function settled(node: TreeNode, begin: (done: Done) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    begin((error?: TreeError) => {
      if (error === undefined) {
        resolve()
        return
      }
      node.close()
      reject(error)
    })
  })
}

function postOf(mesh: PigeonMesh): TreePost {
  const messenger = messengerOf(mesh)
  const post = posts.get(messenger) ?? new TreePost(messenger)
  posts.set(messenger, post)
  return post
}
