import type { Clock, Signal, Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Card } from './cards.ts'
import type { Contacts } from './contacts.ts'
import type { LinkTable } from './link-table.ts'
import type { Linker } from './linker.ts'
import type { MeshMessage } from './messages.ts'
import { SignalOutbox } from './signal-outbox.ts'

/** What a {@link Negotiation} goes by. */
export interface NegotiationOptions {
  readonly clock: Clock
  readonly contacts: Contacts
  readonly table: LinkTable
  readonly linker: Linker
  /** Brings a message to a peer. */
  readonly send: (to: PeerId, message: MeshMessage) => void
  /** The next ones on the ring, for whoever asks. */
  readonly fours: () => readonly Card[]
  /** Cards came. */
  readonly learned: (cards: readonly Card[], teller: PeerId) => void
}

/** Talks with peers about links to them: questions and answers, then signals. */
export class Negotiation {
  readonly #options: NegotiationOptions
  readonly #outbox: SignalOutbox
  readonly #unsubscribe: Unsubscribe

  constructor(options: NegotiationOptions) {
    const { clock, table, send } = options
    this.#options = options
    this.#outbox = new SignalOutbox(clock, (to, signals) => send(to, { kind: 'signals', signals }))
    this.#unsubscribe = table.on('signal', (to, signal) => this.#outbox.add(to, signal))
  }

  /** Takes a message. @returns the answer to a question */
  received(from: PeerId, message: MeshMessage): MeshMessage | undefined {
    const { contacts, table, linker, learned } = this.#options
    // Silence: who hears nothing leaves a peer alone sooner than who is refused.
    if (contacts.isBanned(from)) return undefined
    switch (message.kind) {
      case 'signals':
        for (const signal of message.signals) this.#signalled(from, signal)
        return undefined
      case 'refuse':
        table.refused(from, message.connection)
        return undefined
      case 'ask':
        return this.#asked(from, message)
      case 'ok':
      case 'no':
        learned(message.cards, from)
        linker.answered(from, message.kind === 'ok')
        return undefined
    }
  }

  stop(): void {
    this.#unsubscribe()
    this.#outbox.close()
  }

  #asked(from: PeerId, { why, cards }: MeshMessage & { kind: 'ask' }): MeshMessage | undefined {
    const { clock, contacts, linker, fours, learned } = this.#options
    const answer = linker.asked(from, why)
    contacts.spoke(from, clock.now())
    learned(cards, from)
    return answer && { kind: answer, cards: fours() }
  }

  #signalled(from: PeerId, signal: Signal): void {
    const { table, linker, send } = this.#options
    if (table.signal(from, signal) || signal.type === 'candidate') return
    const accepts = signal.type === 'offer' ? linker.accepts(from) : 'no'
    if (accepts !== 'no') table.accept(from, signal, accepts === 'wanted')
    // An answer that nobody waits for any more need not be waited upon either.
    else send(from, { kind: 'refuse', connection: signal.connection })
  }
}
