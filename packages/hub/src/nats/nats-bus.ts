import { connect, type NatsConnection } from '@nats-io/transport-node'
import type { Bus } from './bus.ts'
import type { NatsOptions } from './nats-engine.ts'

/** Between attempts to reach a server that is gone, ms. */
const RECONNECT_MS = 500

/** A {@link Bus} over NATS. It starts whether or not a server can be reached, and tries on for ever. */
export class NatsBus implements Bus {
  readonly #options: NatsOptions
  readonly #subscriptions: { subject: string; take: (bytes: Uint8Array) => void }[] = []
  readonly #listeners = new Set<(isUp: boolean) => void>()
  #connection: NatsConnection | undefined
  #isUp = false
  #isClosed = false

  constructor(options: NatsOptions) {
    this.#options = options
    void this.#connect()
  }

  get isUp(): boolean {
    return this.#isUp
  }

  publish(subject: string, bytes: Uint8Array): void {
    try {
      if (this.#isUp) this.#connection?.publish(subject, bytes)
    } catch {
      // The connection closed in between: sessions end by that.
    }
  }

  subscribe(subject: string, take: (bytes: Uint8Array) => void): void {
    this.#subscriptions.push({ subject, take })
    this.#attach(subject, take)
  }

  onChange(changed: (isUp: boolean) => void): () => void {
    this.#listeners.add(changed)
    return () => void this.#listeners.delete(changed)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#change(false)
    await this.#connection?.close()
  }

  async #connect(): Promise<void> {
    while (!this.#isClosed) {
      try {
        const connection = await connect({
          reconnectTimeWait: RECONNECT_MS,
          reconnectJitter: 100,
          maxReconnectAttempts: -1,
          pingInterval: 2000,
          maxPingOut: 2,
          timeout: 2000,
          noEcho: true,
          ...this.#options,
        })
        await this.#use(connection)
        return
      } catch {
        await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS))
      }
    }
  }

  async #use(connection: NatsConnection): Promise<void> {
    this.#connection = connection
    if (this.#isClosed) {
      await connection.close()
      return
    }
    for (const { subject, take } of this.#subscriptions) this.#attach(subject, take)
    this.#change(true)
    void this.#watch(connection)
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const { type } of connection.status()) {
      if (type === 'disconnect' || type === 'reconnect') this.#change(type === 'reconnect')
    }
    this.#change(false)
  }

  #attach(subject: string, take: (bytes: Uint8Array) => void): void {
    this.#connection?.subscribe(subject, {
      callback: (error, message) => {
        if (error === null) take(message.data)
      },
    })
  }

  #change(isUp: boolean): void {
    if (isUp === this.#isUp) return
    this.#isUp = isUp
    for (const changed of [...this.#listeners]) changed(isUp)
  }
}
