import { sha256 } from '@noble/hashes/sha2.js'
import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { HubTrust } from '../federation/trust.ts'
import type { Bus } from './bus.ts'
import { beatBytes, decodeBusMessage, encodeBusMessage } from './bus-messages.ts'
import { isFresh } from './freshness.ts'

/** Options of {@link Beats}. */
export interface BeatsOptions {
  readonly self: PeerId
  readonly bus: Bus
  /** Where all hubs say that they are there. */
  readonly subject: string
  readonly trust: HubTrust
  readonly clock: Clock
  /** A trusted hub is there. */
  readonly heard: (id: PeerId) => void
  /** Somebody said so who is not trusted, or long ago. */
  readonly rejected: () => void
}

/** How hubs on a bus hear of each other: each says that it is there, in a way that only those with the secret, or a trusted key, can. */
export class Beats {
  readonly #options: BeatsOptions

  constructor(options: BeatsOptions) {
    this.#options = options
    options.bus.subscribe(options.subject, (bytes) => this.#came(bytes))
  }

  /** Says that this hub is there. */
  say(): void {
    const { self, bus, subject, trust, clock } = this.#options
    if (!bus.isUp) return
    const at = Math.floor(clock.now())
    trust.prove({ transcript: sha256(beatBytes(self, at)), side: 'dialler' }, (proof) => {
      bus.publish(subject, encodeBusMessage({ type: 'beat', from: self, at, proof }))
    })
  }

  #came(bytes: Uint8Array): void {
    const { self, trust, clock, heard, rejected } = this.#options
    try {
      const beat = decodeBusMessage(bytes)
      if (beat.type !== 'beat' || beat.from === self) return
      const { from, at, proof } = beat
      if (!isFresh(clock, at)) throw new RangeError('too old')
      const transcript = sha256(beatBytes(from, at))
      trust.check(from, { transcript, side: 'dialler' }, proof, (isGood) => {
        if (isGood) heard(from)
        else rejected()
      })
    } catch {
      rejected()
    }
  }
}
