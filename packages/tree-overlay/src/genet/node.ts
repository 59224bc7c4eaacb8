import type { IceServer } from '@pigeon/webrtc'
import { connectTree } from '../bootstrap/connect-tree.ts'
import type { Channel } from '../channel.ts'
import type { TreeNode } from '../tree-node.ts'
import { GenetChannel } from './channel.ts'
import type { Client } from './client.ts'
import { Listeners } from './listeners.ts'

/** Options of a {@link Node}. */
export interface GenetOptions {
  /** Of simple-peer; `config.iceServers` is heeded. */
  peerOpts?: { config?: { iceServers?: readonly IceServer[] } }
  /** Children at most. Default 10. */
  maxDegree?: number
  /** How long a join, and each of its candidates, is waited for, ms. Default 30,000. */
  requestTimeoutInMs?: number
}

/** What happens on a {@link Node}. */
export interface GenetEvents {
  data: (data: unknown, channel: GenetChannel, isParent: boolean) => void
  'parent-connect': (channel: GenetChannel) => void
  'parent-close': (channel: GenetChannel) => void
  'parent-error': (channel: GenetChannel, error: Error) => void
  'child-connect': (channel: GenetChannel) => void
  'child-close': (channel: GenetChannel) => void
  'child-error': (channel: GenetChannel, error: Error) => void
  close: () => void
}

/** The longest a candidate holds a place, ms: Genet's thirty seconds hold up all that wait. */
const CANDIDATE_MS = 4000

/** A node of webrtc-tree-overlay: its names, on a tree that mends itself. */
export class Node extends Listeners<GenetEvents> {
  readonly bootstrap: Client
  readonly maxDegree: number
  readonly peerOpts: NonNullable<GenetOptions['peerOpts']>
  /** By the id of the child. */
  children: Record<string, GenetChannel> = {}
  /** `null` for the root, and while there is none. */
  parent: GenetChannel | null = null
  readonly #requestTimeoutInMs: number
  readonly #channels = new Map<Channel, GenetChannel>()
  #node: Promise<TreeNode> | undefined

  constructor(bootstrap: Client, options: GenetOptions = {}) {
    super()
    const { peerOpts = {}, maxDegree = 10, requestTimeoutInMs = 30_000 } = options
    this.bootstrap = bootstrap
    this.peerOpts = peerOpts
    this.maxDegree = maxDegree
    this.#requestTimeoutInMs = requestTimeoutInMs
  }

  get childrenNb(): number {
    return Object.keys(this.children).length
  }

  /**
   * Becomes root.
   * @param secret has to be the right one if the bootstrap was given its `entry`
   */
  becomeRoot(secret: string, done: (error?: Error) => void = () => {}): this {
    const node = this.#start(this.bootstrap.entry === undefined ? {} : { secret })
    void node.then((tree) => tree.becomeRoot(done), done)
    return this
  }

  /** Joins. */
  join(done: (error?: Error) => void = () => {}): this {
    void this.#start({}).then((tree) => tree.join(done), done)
    return this
  }

  close(): void {
    // Of one that could not be made, becomeRoot or join has told.
    void this.#node?.then(
      (tree) => tree.close(),
      () => {},
    )
  }

  #start(secret: { readonly secret?: string }): Promise<TreeNode> {
    this.#node ??= this.#connect(secret)
    return this.#node
  }

  async #connect(secret: { readonly secret?: string }): Promise<TreeNode> {
    const { url, options } = this.bootstrap
    const iceServers = this.peerOpts.config?.iceServers
    const tree = await connectTree(url, {
      ...options,
      ...secret,
      ...(iceServers && { iceServers }),
      maxDegree: this.maxDegree,
      requestTimeoutMs: this.#requestTimeoutInMs,
      candidateTimeoutMs: Math.min(CANDIDATE_MS, this.#requestTimeoutInMs),
    })
    tree.on('parent-connect', (channel) => {
      this.parent = this.#wrap(channel)
      this.emit('parent-connect', this.parent)
    })
    tree.on('child-connect', (channel) => {
      const child = this.#wrap(channel)
      this.children[channel.peer] = child
      this.emit('child-connect', child)
    })
    tree.on('parent-error', (channel, error) => {
      this.emit('parent-error', this.#wrap(channel), error)
    })
    tree.on('child-error', (channel, error) => this.emit('child-error', this.#wrap(channel), error))
    tree.on('parent-close', (channel) => {
      const closed = this.#wrap(channel)
      if (this.parent === closed) this.parent = null
      this.#channels.delete(channel)
      this.emit('parent-close', closed)
    })
    tree.on('child-close', (channel) => {
      const closed = this.#wrap(channel)
      if (this.children[channel.peer] === closed) delete this.children[channel.peer]
      this.#channels.delete(channel)
      this.emit('child-close', closed)
    })
    tree.on('close', () => this.emit('close'))
    return tree
  }

  #wrap(channel: Channel): GenetChannel {
    const known = this.#channels.get(channel)
    if (known !== undefined) return known
    const wrapped = new GenetChannel(channel, (data, from) =>
      this.emit('data', data, from, from.isParent()),
    )
    this.#channels.set(channel, wrapped)
    return wrapped
  }
}
