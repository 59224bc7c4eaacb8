/**
 * The last events of a mesh. An entry of its own, for pages that load the panel later.
 * @module
 */
import { Emitter, type Unsubscribe } from '@pigeon/transport'
import { systemClock } from '@pigeon/transport/system'
import { describeEvent, type EventName } from '../debug/describe-event.ts'
import type { PigeonMesh } from '../pigeon-mesh.ts'

const EVENTS: readonly EventName[] = [
  'connected',
  'disconnected',
  'closed',
  'peerDiscovered',
  'peerConnected',
  'peerDisconnected',
  'peerFailed',
  'peerReconnecting',
  'peerReconnected',
  'peerEvicted',
  'warning',
  'messageReceived',
  'messageDelivered',
  'messageFailed',
]

/** Something that happened. */
export interface RecordedEvent {
  /** When, ms since the record began. */
  readonly atMs: number
  readonly name: string
  /** What comes with it, without what people wrote. */
  readonly detail: Readonly<Record<string, unknown>>
}

/** What happens on an {@link EventRecord}. */
export interface EventRecordEvents {
  added: (event: RecordedEvent) => void
}

/**
 * The last events of a mesh, to be shown later.
 * @example
 * const record = new EventRecord(mesh)
 * const { mountDevtools } = await import('@pigeon/peer/devtools')
 * mountDevtools(drawer, mesh, { record })
 */
export class EventRecord {
  /** Events kept; of more, the oldest go. */
  readonly limit: number
  readonly #startedAt = systemClock.now()
  readonly #events = new Emitter<EventRecordEvents>()
  readonly #subscriptions: readonly Unsubscribe[]
  #all: RecordedEvent[] = []

  /** @param options.limit events kept, 1 or more. Default 300 */
  constructor(mesh: Pick<PigeonMesh, 'on'>, options: { limit?: number } = {}) {
    this.limit = options.limit ?? 300
    if (!Number.isInteger(this.limit) || this.limit < 1) {
      throw new RangeError(`limit is a whole number from 1, got ${this.limit}`)
    }
    this.#subscriptions = EVENTS.map((name) =>
      mesh.on(name, (event?: object) => this.add(name, describeEvent(event))),
    )
  }

  /** The latest first. */
  get all(): readonly RecordedEvent[] {
    return this.#all
  }

  on<E extends keyof EventRecordEvents>(event: E, listener: EventRecordEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Writes down something of the program's own among the events of the mesh. */
  add(name: string, detail: Readonly<Record<string, unknown>> = {}): void {
    const event = { atMs: systemClock.now() - this.#startedAt, name, detail }
    this.#all = [event, ...this.#all.slice(0, this.limit - 1)]
    this.#events.emit('added', event)
  }

  /** Listens no more; what was written stays. */
  close(): void {
    for (const off of this.#subscriptions) off()
    this.#events.clear()
  }
}
