import type { PeerId } from '@pigeon/xor'
import { ByteReader, ByteWriter, WireError } from './bytes.ts'
import type { CloseReason, Lane, Transport } from './contracts.ts'
import { Emitter, type Unsubscribe } from './emitter.ts'
import { Protocol, type ProtocolTransport } from './protocol.ts'

/** Protocols one side may announce on one link. */
export const MAX_PROTOCOLS = 64

/** UTF-8 bytes of a protocol's name. */
export const MAX_PROTOCOL_NAME_BYTES = 64

const CONTROL_TAG = 0
const ANNOUNCE = 1
const WITHDRAW = 2

/** What happens on a {@link Multiplexer}. */
export interface MultiplexerEvents {
  /** A neighbour has told which protocols it speaks; those that both speak are up. */
  up: (peer: PeerId) => void
  /** Follows each `up` exactly once, after the `down` of all protocols. */
  down: (peer: PeerId, reason: CloseReason) => void
}

/** What a multiplexer knows of one neighbour. */
interface Neighbour {
  /** Whether its greeting has come. */
  greeted: boolean
  /** The other side's numbers. */
  readonly theirs: Map<number, string>
  /** Our announcements that congestion kept back. */
  readonly pending: Map<number, string | null>
}

/**
 * Lets many protocols share one transport. Each side announces its protocols by name as soon as a
 * link is up and whenever one is opened or closed, so a protocol sees only neighbours that speak
 * it, and layers may be started at any time.
 *
 * Wire format: `tag varuint, payload`. Tag 0 carries any number of announcements, `1 number name`
 * or `2 number`, and is the first frame of each side; any other tag is the number under which the
 * *sender* announced the protocol of the payload.
 */
export class Multiplexer {
  readonly #transport: Transport
  readonly #open = new Map<string, Protocol>()
  readonly #byNumber = new Map<number, Protocol>()
  readonly #neighbours = new Map<PeerId, Neighbour>()
  readonly #events = new Emitter<MultiplexerEvents>()
  readonly #subscriptions: Unsubscribe[]
  #rejected = 0

  /** @param transport used by nothing else, and not up with anybody yet */
  constructor(transport: Transport) {
    this.#transport = transport
    this.#subscriptions = [
      transport.on('up', (peer) => this.#up(peer)),
      transport.on('down', (peer, reason) => this.#down(peer, reason)),
      transport.on('frame', (from, frame) => this.#frame(from, frame)),
      transport.on('drain', (peer, lane) => this.#drain(peer, lane)),
    ]
  }

  on<E extends keyof MultiplexerEvents>(event: E, listener: MultiplexerEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Frames that made no sense and were dropped. */
  get rejected(): number {
    return this.#rejected
  }

  /**
   * Starts a protocol.
   * @param protocol its name with its version, such as `pigeon/gossip/1`: peers meet only under
   * equal names
   * @param lane of all its frames, so that they stay in order; default `prompt`
   * @throws RangeError if the name is empty or longer than {@link MAX_PROTOCOL_NAME_BYTES}, is open
   * already, or {@link MAX_PROTOCOLS} are open
   */
  open(protocol: string, lane: Lane = 'prompt'): ProtocolTransport {
    if (!/^[\x21-\x7e]+$/.test(protocol) || protocol.length > MAX_PROTOCOL_NAME_BYTES) {
      throw new RangeError(
        `a protocol name is 1 to ${MAX_PROTOCOL_NAME_BYTES} visible ASCII characters, got ${JSON.stringify(protocol)}`,
      )
    }
    if (this.#open.has(protocol)) throw new RangeError(`protocol ${protocol} is open already`)
    const number = this.#freeNumber()
    const opened = new Protocol({ protocol, number, lane }, this.#transport, {
      ready: (peer) => !this.#neighbours.get(peer)?.pending.has(number),
      close: () => this.#close(opened),
    })
    this.#open.set(protocol, opened)
    this.#byNumber.set(number, opened)
    for (const [peer, neighbour] of this.#neighbours) {
      this.#announce(peer, neighbour, [[number, protocol]])
      if ([...neighbour.theirs.values()].includes(protocol)) opened.up(peer)
    }
    return opened
  }

  /** Closes all protocols and lets go of the transport, which stays as it is. */
  close(): void {
    for (const protocol of [...this.#open.values()]) protocol.close()
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#neighbours.clear()
    this.#events.clear()
  }

  #freeNumber(): number {
    for (let number = 1; number <= MAX_PROTOCOLS; number++) {
      if (!this.#byNumber.has(number)) return number
    }
    throw new RangeError(`${MAX_PROTOCOLS} protocols are open already`)
  }

  #close(protocol: Protocol): void {
    this.#open.delete(protocol.protocol)
    this.#byNumber.delete(protocol.number)
    for (const [peer, neighbour] of this.#neighbours) {
      this.#announce(peer, neighbour, [[protocol.number, null]])
    }
  }

  #up(peer: PeerId): void {
    const neighbour: Neighbour = { greeted: false, theirs: new Map(), pending: new Map() }
    this.#neighbours.set(peer, neighbour)
    const all = [...this.#open.values()].map(({ number, protocol }) => [number, protocol] as const)
    this.#announce(peer, neighbour, all)
  }

  #down(peer: PeerId, reason: CloseReason): void {
    const neighbour = this.#neighbours.get(peer)
    this.#neighbours.delete(peer)
    for (const protocol of [...this.#open.values()]) protocol.down(peer, reason)
    if (neighbour?.greeted) this.#events.emit('down', peer, reason)
  }

  #drain(peer: PeerId, lane: Lane | undefined): void {
    const neighbour = this.#neighbours.get(peer)
    if (neighbour === undefined) return
    // A protocol that was not announced yet is congested whatever its lane.
    const open = neighbour.pending.size > 0 ? undefined : lane
    if (neighbour.pending.size > 0) {
      const changes = [...neighbour.pending]
      neighbour.pending.clear()
      this.#announce(peer, neighbour, changes)
      if (neighbour.pending.size > 0) return
    }
    for (const protocol of [...this.#open.values()]) protocol.drain(peer, open)
  }

  /** Tells `peer` what numbers stand for from now on; `null` for nothing. */
  #announce(
    peer: PeerId,
    neighbour: Neighbour,
    changes: readonly (readonly [number, string | null])[],
  ): void {
    const writer = new ByteWriter().varuint(CONTROL_TAG)
    for (const [number, name] of changes) {
      if (name === null) writer.u8(WITHDRAW).varuint(number)
      else writer.u8(ANNOUNCE).varuint(number).text(name)
    }
    if (this.#transport.send(peer, writer.finish()) !== 'congested') return
    // Of several changes to one number only the last matters: that bounds the map.
    for (const [number, name] of changes) neighbour.pending.set(number, name)
  }

  #frame(from: PeerId, frame: Uint8Array): void {
    const neighbour = this.#neighbours.get(from)
    if (neighbour === undefined) return
    try {
      const reader = new ByteReader(frame)
      const tag = reader.varuint(MAX_PROTOCOLS)
      if (tag === CONTROL_TAG) {
        this.#control(from, neighbour, reader)
        return
      }
      const name = neighbour.theirs.get(tag)
      if (name === undefined) this.#rejected++
      else this.#open.get(name)?.frame(from, reader.rest())
    } catch {
      this.#rejected++
    }
  }

  #control(from: PeerId, neighbour: Neighbour, reader: ByteReader): void {
    while (reader.remaining > 0) {
      const operation = reader.u8()
      const number = reader.varuint(MAX_PROTOCOLS)
      const name = operation === ANNOUNCE ? reader.text(MAX_PROTOCOL_NAME_BYTES) : undefined
      if (operation !== ANNOUNCE && operation !== WITHDRAW) {
        throw new WireError('WIRE_MALFORMED', `no operation ${operation}`)
      }
      this.#forget(from, neighbour, number)
      if (name !== undefined) {
        neighbour.theirs.set(number, name)
        this.#open.get(name)?.up(from)
      }
    }
    if (neighbour.greeted) return
    neighbour.greeted = true
    this.#events.emit('up', from)
  }

  #forget(from: PeerId, neighbour: Neighbour, number: number): void {
    const name = neighbour.theirs.get(number)
    if (name === undefined) return
    neighbour.theirs.delete(number)
    this.#open.get(name)?.down(from, 'bye')
  }
}
