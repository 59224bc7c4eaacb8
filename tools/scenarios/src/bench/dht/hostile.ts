import type { Host } from '@pigeon/simulator'
import {
  ByteReader,
  ByteWriter,
  type SendResult,
  type Transport,
  type TransportEvents,
  type Unsubscribe,
} from '@pigeon/transport'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import { prove, sha256 } from './field.ts'

/** What a peer does that does not keep the rules. */
export type Habit = 'drops' | 'lies' | 'forges' | 'floods'

const VIEW = 0x31
const REQUEST = 0x32
const REPLY = 0x33
const OP = { get: 1, put: 2, ask: 4, store: 5 } as const

/** The last byte of each forged value. */
export const FORGED = 0xff

/** Keys that one peer speaks with. */
const MASKS = 4

/** Frames of rubbish that a flooding peer sends a second, to each neighbour. */
const FLOOD_RATE = 20

/**
 * A transport of a peer that takes part like others, but answers what it should pass on: not at all;
 * with what is not so, in the name of several; or with records that are not what they seem. It says
 * that it knows peers everywhere, so that much comes its way.
 */
export class HostileTransport implements Transport {
  readonly self: PeerId
  readonly maxFrameBytes: number
  readonly #transport: Transport
  readonly #habit: Habit
  readonly #host: Host
  #view: Uint8Array | undefined
  readonly #masks: readonly Uint8Array[]
  readonly #known: ReadonlyMap<string, Uint8Array>

  /** @param known genuine records that it has seen, by address */
  constructor(
    transport: Transport,
    habit: Habit,
    host: Host,
    known: ReadonlyMap<string, Uint8Array>,
  ) {
    this.self = transport.self
    this.maxFrameBytes = transport.maxFrameBytes
    this.#transport = transport
    this.#habit = habit
    this.#host = host
    this.#known = known
    this.#masks = Array.from({ length: MASKS }, () => host.random.fill(new Uint8Array(32)))
    if (habit === 'floods') host.clock.after(5000, () => this.#flood())
  }

  get neighbours(): ReadonlySet<PeerId> {
    return this.#transport.neighbours
  }

  send(to: PeerId, frame: Uint8Array): SendResult {
    return this.#transport.send(to, frame[0] === VIEW ? this.#boast() : frame)
  }

  on<E extends keyof TransportEvents>(event: E, listener: TransportEvents[E]): Unsubscribe {
    if (event !== 'frame') return this.#transport.on(event, listener)
    const tell = listener as TransportEvents['frame']
    return this.#transport.on('frame', (from, frame) => {
      if (frame[0] !== REQUEST) return tell(from, frame)
      try {
        this.#asked(from, frame)
      } catch {
        // Rubbish of one that floods.
      }
    })
  }

  /** A view full of ids that do not exist. */
  #boast(): Uint8Array {
    this.#view ??= this.#makeView()
    return this.#view
  }

  #makeView(): Uint8Array {
    const writer = new ByteWriter().u8(VIEW).u8(1).varuint(32)
    for (let index = 0; index < 32; index++) writer.id(randomPeerId(this.#host.random)).u8(0x81)
    return writer.finish()
  }

  #asked(from: PeerId, frame: Uint8Array): void {
    if (this.#habit === 'drops' || this.#habit === 'floods') return
    const reader = new ByteReader(frame)
    reader.u8()
    const id = reader.raw(16)
    reader.id()
    reader.u8()
    const hops = reader.u8()
    const op = reader.u8()
    const body = reader.rest()
    const answer = this.#answer(op, id, body)
    if (answer === undefined) return
    this.#transport.send(
      from,
      new ByteWriter().u8(REPLY).raw(id).u8(0).u8(hops).raw(answer).finish(),
    )
  }

  #answer(op: number, id: Uint8Array, body: Uint8Array): Uint8Array | undefined {
    if (op === OP.get) return this.#says(id, body.subarray(0, 33), 0, this.#habit === 'forges')
    if (op === OP.ask) return this.#says(body.subarray(0, 16), body.subarray(16, 49), 0, false)
    // It says that it has what was put, whatever that was.
    const [at, name] = [op === OP.put ? 24 : 36, body.subarray(0, 16)]
    const reader = new ByteReader(body.subarray(at))
    reader.varuint()
    if (op === OP.put) {
      reader.varuint()
      reader.raw(reader.u8() === 1 ? 96 : 20)
    } else if (op !== OP.store) return undefined
    return this.#saysStored(name, reader.rest())
  }

  /** Nothing is there, or something forged is. */
  #says(name: Uint8Array, address: Uint8Array, seq: number, forge: boolean): Uint8Array {
    const record = forge ? this.#forged(address) : new Uint8Array(0)
    return this.#testify(new ByteWriter().u8(0).bytes(record), name, address, forge, seq)
  }

  #saysStored(name: Uint8Array, record: Uint8Array): Uint8Array {
    const { address, seq } = signedRecord(record)
    return this.#testify(new ByteWriter().u8(0).bytes(new Uint8Array(0)), name, address, true, seq)
  }

  #testify(
    writer: ByteWriter,
    name: Uint8Array,
    address: Uint8Array,
    holds: boolean,
    seq: number,
  ): Uint8Array {
    writer.varuint(MASKS)
    const statement = new ByteWriter()
      .raw(name)
      .raw(address)
      .u8(Number(holds))
      .varuint(seq)
      .finish()
    for (const key of this.#masks) {
      writer
        .u8(Number(holds))
        .varuint(seq)
        .u8(1)
        .raw(key)
        .raw(prove(key, 'answer', statement))
    }
    return writer.finish()
  }

  /** What was there, with another value and a higher number, under a signature that does not hold. */
  #forged(address: Uint8Array): Uint8Array {
    const genuine = this.#known.get(Buffer.from(address).toString('hex'))
    if (genuine === undefined) return new Uint8Array(0)
    const { before, seq, behind } = signedRecord(genuine)
    const changed = behind.slice()
    changed[changed.length - 65] = FORGED
    return new ByteWriter()
      .raw(before)
      .varuint(seq + 1)
      .raw(changed)
      .finish()
  }

  #flood(): void {
    const { clock, random } = this.#host
    for (const peer of this.neighbours) {
      for (let count = 0; count < FLOOD_RATE / 10; count++) {
        const rubbish = random.fill(new Uint8Array(300))
        rubbish[0] = REQUEST
        this.#transport.send(peer, rubbish)
      }
    }
    clock.after(100, () => this.#flood())
  }
}

/** The parts of a signed record: `kind, key 32, salt bytes`, its number, and the rest. */
function signedRecord(record: Uint8Array): {
  address: Uint8Array
  before: Uint8Array
  seq: number
  behind: Uint8Array
} {
  const reader = new ByteReader(record)
  reader.u8()
  const [key, salt] = [reader.raw(32), reader.bytes(64)]
  const before = record.subarray(0, record.length - reader.remaining)
  const seq = reader.varuint()
  const named = new ByteWriter().text('pigeon/dht/signed').raw(key).raw(salt).finish()
  const address = new ByteWriter().u8(2).raw(sha256(named)).finish()
  return { address, before, seq, behind: reader.rest() }
}
