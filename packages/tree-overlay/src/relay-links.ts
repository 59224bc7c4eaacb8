import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Bootstrap } from './bootstrap.ts'
import { encodeLetter } from './letters.ts'
import { RELAYED_FRAME_BYTES, RelayLink } from './relay-link.ts'
import type { Attempt, AttemptListener, TreeLinks } from './tree-links.ts'

/** Letters kept that overtook the answer. */
const EARLY_LETTERS = 64

/** Bytes of an offer: a number that names the link. */
const OFFER_BYTES = 8

interface Early {
  readonly from: PeerId
  readonly op: number
  readonly bytes: Uint8Array
}

/** Links that are letters through the bootstrap, for nodes that cannot reach each other directly. */
export class RelayLinks implements TreeLinks {
  readonly maxFrameBytes: number = RELAYED_FRAME_BYTES
  readonly #bootstrap: Bootstrap
  readonly #clock: Clock
  readonly #name: () => number
  readonly #links = new Map<string, RelayLink>()
  /** What came for links that were offered and not answered yet. */
  readonly #offers = new Map<number, Early[]>()

  /** @param name gives a name for a link that nobody guesses */
  constructor(bootstrap: Bootstrap, clock: Clock, name: () => number) {
    this.#bootstrap = bootstrap
    this.#clock = clock
    this.#name = name
  }

  offer(listener: AttemptListener): Attempt {
    const id = this.#name()
    this.#offers.set(id, [])
    const offer = new Uint8Array(OFFER_BYTES)
    new DataView(offer.buffer).setFloat64(0, id)
    listener.signal(offer)
    return {
      signal: (from) => {
        const early = this.#offers.get(id)
        if (!this.#offers.delete(id)) return
        const link = this.#create(from, id)
        listener.open(link)
        for (const letter of early ?? [])
          if (letter.from === from) link.letter(letter.op, letter.bytes)
      },
      cancel: () => void this.#offers.delete(id),
    }
  }

  accept(from: PeerId, offer: Uint8Array, listener: AttemptListener): Attempt {
    const view = new DataView(offer.buffer, offer.byteOffset, offer.byteLength)
    const id = offer.length === OFFER_BYTES ? view.getFloat64(0) : -1
    const isName = Number.isSafeInteger(id) && id >= 0 && !this.#links.has(`${from} ${id}`)
    if (isName) listener.signal(new Uint8Array(0))
    // As with any attempt, never within the call.
    const cancel = this.#clock.after(0, () => {
      if (isName) listener.open(this.#create(from, id))
      else listener.failed('failed')
    })
    return { signal() {}, cancel }
  }

  /** Takes a letter of a relayed link. */
  letter(from: PeerId, id: number, op: number, bytes: Uint8Array): void {
    const link = this.#links.get(`${from} ${id}`)
    if (link !== undefined) {
      link.letter(op, bytes)
      return
    }
    const early = this.#offers.get(id)
    if (early !== undefined && early.length < EARLY_LETTERS) {
      early.push({ from, op, bytes: new Uint8Array(bytes) })
    }
  }

  #create(peer: PeerId, id: number): RelayLink {
    const key = `${peer} ${id}`
    const link = new RelayLink({
      clock: this.#clock,
      send: (op, bytes) =>
        this.#bootstrap.send(peer, encodeLetter({ kind: 'relay', id, op, bytes })),
      over: () => this.#links.delete(key),
    })
    this.#links.set(key, link)
    return link
  }
}
