import type { Signaling, SignalingEvents } from '@pigeon/mesh'
import { Emitter, type SendResult, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { HubRouter } from './hub-router.ts'

/** Brings a signal to another hub; `failed` if it does not arrive. */
export type SendSignal = (to: PeerId, payload: Uint8Array, failed: () => void) => void

/** How hubs introduce themselves to each other for peer-to-peer links: over the links there are. */
export class HubSignaling implements Signaling {
  readonly #events = new Emitter<SignalingEvents>()
  readonly #router: HubRouter
  readonly #send: SendSignal
  readonly #subscriptions: Unsubscribe[]

  constructor(router: HubRouter, send: SendSignal) {
    this.#router = router
    this.#send = send
    this.#subscriptions = [
      router.on('up', (hub) => this.#events.emit('peers', [hub])),
      router.on('down', (hub) => this.#events.emit('left', hub)),
    ]
  }

  send(to: PeerId, payload: Uint8Array): SendResult {
    if (!this.#router.topology.isReachable(to)) return 'gone'
    this.#send(to, new Uint8Array(payload), () => this.#events.emit('undeliverable', to, 'unknown'))
    return 'sent'
  }

  query(): void {
    this.#events.emit('peers', this.#router.topology.hubs)
  }

  on<E extends keyof SignalingEvents>(event: E, listener: SignalingEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** A signal came. */
  receive(from: PeerId, payload: Uint8Array): void {
    this.#events.emit('relay', from, payload)
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#events.clear()
  }
}
