/**
 * A picture of the whole network, drawn by every peer that keeps one.
 * @module
 */
import { ByteReader, ByteWriter, Emitter, type Unsubscribe } from '@pigeon/transport'
import { systemClock } from '@pigeon/transport/system'
import type { PeerId } from '@pigeon/xor'
import { type GraphNode, MAX_LINKS, stillThere, type Told } from './graph-reach.ts'
import type { PigeonMesh } from './pigeon-mesh.ts'

export type { GraphNode } from './graph-reach.ts'

const TOPIC = 'pigeon/graph/1'

/** Peers a picture shows at most; of more, those heard first. */
const MAX_NODES = 1000

/** UTF-8 bytes of a label. */
const MAX_LABEL_BYTES = 64

/** Changes within this time are told together, ms. */
const DEBOUNCE_MS = 300

/** Every peer tells its links at least this often, ms. */
const REPEAT_MS = 15_000

/** A peer not heard of for this long is left out, ms. */
const EXPIRE_MS = 40_000

/** What happens on a {@link NetworkGraph}. */
export interface NetworkGraphEvents {
  changed: () => void
}

/**
 * Tells the network of this peer's links and collects what the others tell, by broadcast.
 * @example
 * const graph = new NetworkGraph(mesh, { label: 'my tab' })
 * graph.on('changed', () => draw(graph.nodes))
 */
export class NetworkGraph {
  readonly #mesh: PigeonMesh
  readonly #label: string
  readonly #others = new Map<PeerId, Told>()
  readonly #events = new Emitter<NetworkGraphEvents>()
  readonly #subscriptions: Unsubscribe[]
  readonly #startedAt = systemClock.now()
  #told = 0
  #cancelTell: (() => void) | undefined
  #cancelRepeat: () => void = () => {}

  /** @param options.label what to call this peer, at most 64 bytes */
  constructor(mesh: PigeonMesh, options: { label?: string } = {}) {
    this.#mesh = mesh
    this.#label = options.label ?? ''
    if (new ByteWriter().text(this.#label).length > MAX_LABEL_BYTES + 1) {
      throw new RangeError(`a label has at most ${MAX_LABEL_BYTES} bytes`)
    }
    this.#subscriptions = [
      mesh.on('peerConnected', () => this.#changed()),
      mesh.on('peerDisconnected', ({ peerId }) => {
        this.#lost(peerId)
        this.#changed()
      }),
      mesh.gossip.on('message', ({ topic, author, payload, timestamp }) => {
        // What is replayed to a newcomer may come from peers that left; the others tell again.
        const isReplay = timestamp < this.#startedAt && !this.#others.has(author)
        if (topic === TOPIC && !isReplay) this.#heard(author, payload)
      }),
    ]
    this.#repeat()
  }

  /** This peer first, then all others that were heard of and that somebody is still linked with. */
  get nodes(): GraphNode[] {
    const { peerId, peers } = this.#mesh
    const self = { peerId, label: this.#label, links: [...peers] }
    const there = stillThere(self, this.#others)
    return [self, ...[...this.#others.values()].filter((one) => there.has(one.peerId))]
  }

  on<E extends keyof NetworkGraphEvents>(event: E, listener: NetworkGraphEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Stops to tell and to listen. */
  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#cancelTell?.()
    this.#cancelRepeat()
    this.#events.clear()
  }

  #changed(): void {
    this.#tellSoon()
    this.#events.emit('changed')
  }

  #tellSoon(): void {
    this.#cancelTell ??= systemClock.after(DEBOUNCE_MS, () => {
      this.#cancelTell = undefined
      this.#tell()
    })
  }

  #repeat(): void {
    this.#tellSoon()
    this.#expire()
    this.#cancelRepeat = systemClock.after(REPEAT_MS, () => this.#repeat())
  }

  #tell(): void {
    const links = [...this.#mesh.peers].slice(0, MAX_LINKS)
    const writer = new ByteWriter().text(this.#label).varuint(links.length)
    for (const id of links) writer.id(id)
    this.#mesh.gossip.publish(TOPIC, writer.finish())
  }

  #heard(peerId: PeerId, payload: Uint8Array): void {
    const isNew = !this.#others.has(peerId)
    if (isNew && this.#others.size >= MAX_NODES) return
    try {
      const reader = new ByteReader(payload)
      const label = reader.text(MAX_LABEL_BYTES)
      const links = Array.from({ length: reader.varuint(MAX_LINKS) }, () => reader.id())
      reader.end()
      const seenAt = systemClock.now()
      this.#others.set(peerId, { peerId, label, links, seenAt, order: ++this.#told })
    } catch {
      return // not a picture of this version
    }
    // A newcomer has not heard of this peer either.
    if (isNew) this.#tellSoon()
    this.#events.emit('changed')
  }

  /** A peer that was linked may have left: it counts if others are linked with it, or it tells again. */
  #lost(peerId: PeerId): void {
    const node = this.#others.get(peerId)
    if (node !== undefined) this.#others.set(peerId, { ...node, links: [] })
  }

  #expire(): void {
    const before = systemClock.now() - EXPIRE_MS
    for (const [peerId, { seenAt }] of this.#others) {
      if (seenAt < before) this.#others.delete(peerId)
    }
    this.#events.emit('changed')
  }
}
