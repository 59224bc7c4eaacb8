import type { Random } from '@pigeon/transport'
import { ManualClock, seededRandom } from '@pigeon/transport/testing'
import { type PeerId, randomPeerId } from '@pigeon/xor'
import {
  type ClientMessage,
  decodeClientMessage,
  encodeHubMessage,
  type HubMessage,
  SignalingClient,
  type SignalingClientOptions,
} from '../src/index.ts'
import { type MemorySocket, memoryConnector } from '../src/memory.ts'

/** One connection as the hub sees it. */
export interface Caller {
  readonly socket: MemorySocket
  readonly url: string
  readonly received: ClientMessage[]
}

/** Plays all hubs of a client: takes connections, writes down what comes, answers as told. */
export class HubStub {
  readonly clock: ManualClock = new ManualClock(1_000_000)
  readonly random: Random
  readonly self: PeerId
  readonly callers: Caller[] = []
  readonly client: SignalingClient
  readonly events: unknown[] = []
  /** What happens to each new connection. Default: everything is answered as a good hub does. */
  onCall: (caller: Caller) => void = () => {}
  /** Whether HELLO gets its WELCOME, and PING its PONG. */
  answers = true
  #stalledMs = 0

  constructor(options: Partial<SignalingClientOptions> = {}, seed = 1) {
    const { clock } = this
    this.random = seededRandom(seed)
    this.self = randomPeerId(this.random)
    this.client = new SignalingClient({
      urls: ['ws://one'],
      self: this.self,
      network: 'net',
      clock: {
        now: () => clock.now() + this.#stalledMs,
        after: (ms, run) => clock.after(ms, run),
      },
      random: this.random,
      connect: memoryConnector({ clock, accept: (socket, url) => this.#accept(socket, url) }),
      ...options,
    })
    const { client, events } = this
    client.on('connected', ({ url }) => events.push(`connected ${url}`))
    client.on('disconnected', ({ url, code, willRetry }) => {
      events.push(`disconnected ${url} ${code} ${willRetry ? 'retry' : 'end'}`)
    })
    client.on('refused', ({ code }) => events.push(`refused ${code}`))
  }

  /** The present connection. */
  get caller(): Caller {
    const caller = this.callers[this.callers.length - 1]
    if (caller === undefined) throw new Error('nobody called')
    return caller
  }

  /** Time passes for the client, in which nothing runs. */
  stall(ms: number): void {
    this.#stalledMs += ms
  }

  /** Starts the client and lets it connect. */
  start(): this {
    this.client.start()
    return this.settle()
  }

  settle(): this {
    this.clock.advance(1)
    return this
  }

  send(message: HubMessage): this {
    return this.sendBytes(encodeHubMessage(message))
  }

  sendBytes(bytes: Uint8Array): this {
    this.caller.socket.send(bytes)
    return this.settle()
  }

  /** Ends the present connection as a hub does that refuses. */
  refuse(code: Extract<HubMessage, { type: 'error' }>['code'], close: number): void {
    const { socket } = this.caller
    socket.send(encodeHubMessage({ type: 'error', code, message: `because ${code}` }))
    socket.close(close, code)
    this.settle()
  }

  welcome(fields: Partial<Extract<HubMessage, { type: 'welcome' }>> = {}): HubMessage {
    return {
      type: 'welcome',
      version: 2,
      session: 'a'.repeat(32),
      peers: [],
      heartbeatMs: 15_000,
      limits: { maxMessageBytes: 65_536 },
      ...fields,
    }
  }

  #accept(socket: MemorySocket, url: string): void {
    const caller: Caller = { socket, url, received: [] }
    this.callers.push(caller)
    socket.on('message', (bytes) => {
      const decoded = decodeClientMessage(bytes)
      if (!decoded.ok) throw new Error(`the client sent rubbish: ${decoded.reason}`)
      caller.received.push(decoded.message)
      if (!this.answers) return
      if (decoded.message.type === 'hello') socket.send(encodeHubMessage(this.welcome()))
      if (decoded.message.type === 'ping') socket.send(encodeHubMessage({ type: 'pong' }))
    })
    this.onCall(caller)
  }
}
