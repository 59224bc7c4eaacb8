import { once } from 'node:events'
import {
  decodeHubMessage,
  encodeClientMessage,
  encodeRelay,
  SUBPROTOCOL,
} from '@pigeon/signaling-protocol'
import type { PeerId } from '@pigeon/xor'
import { WebSocket } from 'ws'
import { idOf } from './systems.ts'

/** Time between two messages of a pair, ms: well within the rates. */
const EVERY_MS = 25

/** What innocent peers saw during an attack. */
export interface Seen {
  readonly p99: number
  /** Of what they sent each other. */
  readonly lost: number
  /** Messages from their partner that it did not send, and names of peers there are not. */
  readonly spoofed: number
}

/** Pairs of peers that talk while others attack. */
export class Neighbours {
  readonly #sockets: WebSocket[] = []
  readonly #pairs: number
  readonly #latencies: number[] = []
  #sent = 0
  #spoofed = 0
  #timer: NodeJS.Timeout | undefined

  constructor(pairs: number) {
    this.#pairs = pairs
  }

  /** The id of the first one, whom attackers aim at. */
  get victim(): PeerId {
    return idOf(0)
  }

  async join(url: string): Promise<void> {
    for (let index = 0; index < 2 * this.#pairs; index++) {
      const localAddress = `127.0.1.${index + 1}`
      const socket = new WebSocket(url, SUBPROTOCOL, { localAddress, perMessageDeflate: false })
      this.#sockets.push(socket)
      socket.on('error', () => {})
      await once(socket, 'open')
      const hello = {
        type: 'hello',
        versions: [2, 3],
        peerId: idOf(index),
        network: 'net',
      } as const
      socket.send(encodeClientMessage(hello))
      await once(socket, 'message')
      socket.on('message', (bytes: Buffer) => this.#heard(bytes, idOf(index ^ 1)))
    }
  }

  /** Begins to talk. */
  start(): void {
    this.#latencies.length = 0
    this.#sent = 0
    this.#timer = setInterval(() => {
      for (const [index, socket] of this.#sockets.entries()) {
        const payload = new Float64Array([performance.now(), index])
        socket.send(encodeRelay(idOf(index ^ 1), new Uint8Array(payload.buffer)))
        this.#sent++
      }
    }, EVERY_MS)
  }

  async stop(): Promise<Seen> {
    clearInterval(this.#timer)
    await new Promise((resolve) => setTimeout(resolve, 500))
    const sorted = [...this.#latencies].sort((a, b) => a - b)
    const p99 = sorted[Math.floor(sorted.length * 0.99)] ?? Number.POSITIVE_INFINITY
    return { p99, lost: this.#sent - sorted.length, spoofed: this.#spoofed }
  }

  close(): void {
    for (const socket of this.#sockets) socket.terminate()
  }

  #heard(bytes: Buffer, partner: PeerId): void {
    const decoded = decodeHubMessage(bytes)
    if (!decoded.ok || decoded.message.type !== 'relay') return
    const { id, payload } = decoded.message
    if (payload.length !== 16) return
    const [sentAt, from] = new Float64Array(Uint8Array.from(payload).buffer)
    if (id !== partner || idOf(from as number) !== partner) this.#spoofed++
    else this.#latencies.push(performance.now() - (sentAt as number))
  }
}
