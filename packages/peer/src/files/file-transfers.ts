import type { Clock, Random, Transport, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Digest } from './block-hash.ts'
import type { ByteSource } from './byte-source.ts'
import { decodeFileFrame, encodeFileFrame, type FileFrame, transferId } from './file-frames.ts'
import { type FileLimits, fileLimits } from './file-limits.ts'
import { Incoming } from './incoming.ts'
import { Outgoing } from './outgoing.ts'
import type { FileInfo, Transfer, TransferWorld } from './transfer.ts'
import { type StopCode, TransferError } from './transfer-error.ts'

/** What {@link FileTransfers} is given. */
export interface FileTransfersOptions extends Partial<FileLimits> {
  transport: Transport
  clock: Clock
  random: Random
  digest: Digest
  /** Somebody offers a file. @returns whether anybody looks at it */
  offered: (incoming: Incoming) => boolean
  /** A link to this peer would help. */
  wanted: (peer: PeerId) => void
}

/** How often time limits are looked at, ms. */
const TICK_MS = 1000

/** Every so many ticks a link that is missing is asked for. */
const WANT_TICKS = 5

/** Frames about transfers kept for a congested link; what is beyond is lost. */
const MAX_CONTROLS = 1024

/** Ends that are remembered, in case the other side did not hear of them. */
const MAX_OVER = 1024

/**
 * Files over direct links, several at once: each link sends a chunk of each in turns. A transfer
 * outlives its link for `resumeMs` and goes on where the receiver is.
 */
export class FileTransfers {
  readonly #options: FileTransfersOptions
  readonly #limits: FileLimits
  readonly #outgoing = new Map<string, Outgoing>()
  readonly #incoming = new Map<string, Incoming>()
  /** Files to each peer, the next to send first. */
  readonly #turns = new Map<PeerId, Outgoing[]>()
  readonly #controls = new Map<PeerId, Uint8Array[]>()
  readonly #over = new Map<string, StopCode | 'done'>()
  readonly #pumping = new Set<PeerId>()
  readonly #subscriptions: Unsubscribe[]
  #cancelTick: (() => void) | undefined
  #ticks = 0
  #rejected = 0
  #isClosed = false

  /** @throws RangeError that names the option and what it got */
  constructor(options: FileTransfersOptions) {
    const { transport } = options
    const {
      offered: _,
      wanted: __,
      transport: ___,
      clock: ____,
      random: _____,
      digest: ______,
      ...limits
    } = options
    this.#options = options
    this.#limits = fileLimits(limits)
    this.#subscriptions = [
      transport.on('up', (peer) => this.#up(peer)),
      transport.on('down', (peer) => this.#down(peer)),
      transport.on('drain', (peer) => {
        if (this.#sendControls(peer)) this.#pumpSoon(peer)
      }),
      transport.on('frame', (from, bytes) => this.#frame(from, decodeFileFrame(bytes))),
    ]
  }

  /** Transfers that are open. */
  get size(): number {
    return this.#outgoing.size + this.#incoming.size
  }

  /** Frames that made no sense, or were about no transfer, and were dropped. */
  get rejected(): number {
    return this.#rejected
  }

  /** @throws TransferError `BUSY` beyond `maxTransfers`, `CLOSED` */
  send(peer: PeerId, file: Pick<FileInfo, 'name' | 'type'>, source: ByteSource): Outgoing {
    const { transport, random, wanted } = this.#options
    const { maxTransfers } = this.#limits
    if (this.#isClosed) throw new TransferError('CLOSED', 'files were closed')
    if (this.#outgoing.size >= maxTransfers) {
      throw new TransferError('BUSY', `${maxTransfers} files are being sent already`)
    }
    const id = transferId(random.fill(new Uint8Array(8)))
    const info = { id, peer, name: file.name, type: file.type, size: source.size }
    const outgoing = new Outgoing(info, this.#world(peer), source)
    const turns = this.#turns.get(peer) ?? []
    this.#turns.set(peer, turns)
    turns.push(outgoing)
    this.#add(this.#outgoing, outgoing)
    outgoing.on('ended', () => {
      turns.splice(turns.indexOf(outgoing), 1)
      if (turns.length === 0) this.#turns.delete(peer)
    })
    if (transport.neighbours.has(peer)) outgoing.offer()
    else wanted(peer)
    return outgoing
  }

  /** Ends all transfers and lets go of the transport. */
  close(): void {
    this.#isClosed = true
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    for (const one of this.#all()) one.end(new TransferError('CLOSED', 'files were closed'))
    this.#cancelTick?.()
    this.#controls.clear()
  }

  #all(): Transfer[] {
    return [...this.#outgoing.values(), ...this.#incoming.values()]
  }

  #world(peer: PeerId): TransferWorld {
    return {
      clock: this.#options.clock,
      limits: this.#limits,
      digest: this.#options.digest,
      tell: (frame) => this.#tell(peer, frame),
      ready: () => this.#pumpSoon(peer),
    }
  }

  #add<T extends Transfer>(transfers: Map<string, T>, transfer: T): void {
    const key = keyOf(transfer.info.peer, transfer.info.id)
    transfers.set(key, transfer)
    transfer.on('ended', () => transfers.delete(key))
    this.#cancelTick ??= this.#options.clock.after(TICK_MS, () => this.#tick())
  }

  #tick(): void {
    const isTimeToWant = ++this.#ticks % WANT_TICKS === 0
    for (const one of this.#all()) one.tick()
    for (const peer of isTimeToWant ? this.#turns.keys() : []) {
      if (!this.#options.transport.neighbours.has(peer)) this.#options.wanted(peer)
    }
    const isNeeded = this.size > 0
    this.#cancelTick = isNeeded ? this.#options.clock.after(TICK_MS, () => this.#tick()) : undefined
  }

  #up(peer: PeerId): void {
    for (const one of this.#turns.get(peer) ?? []) one.offer()
  }

  #down(peer: PeerId): void {
    this.#controls.delete(peer)
    for (const one of this.#all()) if (one.info.peer === peer) one.pause()
    if (this.#turns.has(peer)) this.#options.wanted(peer)
  }

  #frame(from: PeerId, frame: FileFrame | undefined): void {
    if (frame === undefined) {
      this.#rejected++
      return
    }
    const key = keyOf(from, frame.id)
    const [incoming, outgoing] = [this.#incoming.get(key), this.#outgoing.get(key)]
    if (frame.kind === 'offer') this.#offered(from, frame, key)
    else if (incoming === undefined && outgoing === undefined) this.#rejected++
    else if (frame.kind === 'stop') {
      const error = new TransferError(frame.code, frame.reason || frame.code)
      incoming?.end(error)
      outgoing?.end(error)
    } else {
      incoming?.receive(frame)
      outgoing?.receive(frame)
    }
  }

  #offered(peer: PeerId, frame: FileFrame & { kind: 'offer' }, key: string): void {
    const { id, name, type, size } = frame
    const known = this.#incoming.get(key)
    const end = this.#over.get(key) ?? this.#refusal(peer, size)
    if (known !== undefined) known.again()
    else if (end === 'done') this.#tell(peer, { kind: 'done', id })
    else if (end !== undefined) this.#tell(peer, { kind: 'stop', id, code: end, reason: '' })
    else {
      const incoming = new Incoming({ id, peer, name, type, size }, this.#world(peer))
      this.#add(this.#incoming, incoming)
      incoming.on('ended', (error) => this.#remember(key, error))
      if (!this.#options.offered(incoming)) incoming.stop('NOBODY', 'nobody listens for offers')
    }
  }

  #refusal(peer: PeerId, size = 0): StopCode | undefined {
    const { maxTransfers, maxTransfersPerPeer, maxFileBytes } = this.#limits
    const ofPeer = [...this.#incoming.values()].filter(({ info }) => info.peer === peer)
    if (size > maxFileBytes) return 'TOO_LARGE'
    const isFull = this.#incoming.size >= maxTransfers || ofPeer.length >= maxTransfersPerPeer
    return isFull ? 'BUSY' : undefined
  }

  /** The other side may ask again if the link broke meanwhile. */
  #remember(key: string, error: TransferError | undefined): void {
    const isOurs = error?.code !== 'PEER_GONE' && error?.code !== 'CLOSED'
    if (isOurs) this.#over.set(key, error === undefined ? 'done' : 'CANCELLED')
    for (const oldest of this.#over.keys()) {
      if (this.#over.size <= MAX_OVER) break
      this.#over.delete(oldest)
    }
  }

  #tell(peer: PeerId, frame: FileFrame): void {
    if (!this.#options.transport.neighbours.has(peer)) return
    const controls = this.#controls.get(peer) ?? []
    if (controls.length >= MAX_CONTROLS) return
    this.#controls.set(peer, controls)
    controls.push(encodeFileFrame(frame))
    if (controls.length === 1) this.#sendControls(peer)
  }

  /** @returns whether the link takes more */
  #sendControls(peer: PeerId): boolean {
    const controls = this.#controls.get(peer) ?? []
    for (let frame = controls[0]; frame !== undefined; frame = controls[0]) {
      if (this.#options.transport.send(peer, frame) !== 'sent') return false
      controls.shift()
    }
    this.#controls.delete(peer)
    return true
  }

  /** After everything else that waits for the link had its turn: a file is in no hurry. */
  #pumpSoon(peer: PeerId): void {
    if (this.#pumping.has(peer)) return
    this.#pumping.add(peer)
    void Promise.resolve().then(() => {
      this.#pumping.delete(peer)
      if (this.#sendControls(peer)) this.#sendChunks(peer)
    })
  }

  #sendChunks(peer: PeerId): void {
    const turns = this.#turns.get(peer) ?? []
    let idle = 0
    while (idle < turns.length) {
      const one = turns[0] as Outgoing
      const frame = one.next()
      if (frame === undefined) idle++
      else if (this.#options.transport.send(peer, frame) !== 'sent') return
      else idle = 0
      turns.push(...turns.splice(0, 1))
      if (frame !== undefined) one.taken()
    }
  }
}

function keyOf(peer: PeerId, id: string): string {
  return `${peer} ${id}`
}
