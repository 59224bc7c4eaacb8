import { assertPeerId, type PeerId } from '@pigeon/peer'
import { SignalingClient as HubClient, type SignalingState } from '@pigeon/signaling-protocol'
import { connectWebSocket } from '@pigeon/signaling-protocol/websocket'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { DebugLogger } from './debug-logger.ts'
import { PlainEvents } from './plain-events.ts'

const log = DebugLogger.create('SignalingClient')
const encoder = new TextEncoder()

/** A message between two clients, through a hub. */
export interface SignalingMessage {
  readonly type: string
  readonly data?: unknown
  /** Who it is for. */
  readonly targetPeerId: string
}

/** What happens on a {@link SignalingClient}. */
export type SignalingClientEvents = {
  connected: undefined
  disconnected: { readonly code: number; readonly reason: string }
  /** Who else is in the network. */
  peerDiscovered: { readonly peerId: PeerId }
  /** From another client: the hub says who. */
  signalingMessage: { readonly type: string; readonly data: unknown; readonly fromPeerId: PeerId }
}

/** One connection to a hub that reconnects by itself, for programs that carry signals themselves. */
export class SignalingClient extends PlainEvents<SignalingClientEvents> {
  readonly peerId: PeerId
  readonly #network: string
  #client: HubClient | undefined

  /**
   * @param peerId 40 hex characters; no key proves it, so hubs whose `auth` is not `open` refuse it
   * @param _maxPeers taken for PeerPigeon's sake
   * @param mesh its network is joined, default `global`
   */
  constructor(peerId: string, _maxPeers = 10, mesh: { networkName?: string } | null = null) {
    super()
    this.peerId = assertPeerId(peerId)
    this.#network = mesh?.networkName ?? 'global'
  }

  /** @throws Error if the hub refuses, or cannot be reached within 10 s */
  async connect(url: string): Promise<void> {
    this.disconnect()
    const client = new HubClient({
      urls: [url],
      self: this.peerId,
      network: this.#network,
      connect: connectWebSocket,
      clock: systemClock,
      random: systemRandom,
    })
    this.#client = client
    client.on('relay', (from, payload) => this.#heard(from, payload))
    client.on('peers', (peers) => this.#discovered(peers))
    client.on('disconnected', (event) => this.emit('disconnected', event))
    await new Promise<void>((resolve, reject) => {
      const end = systemClock.after(10_000, () => {
        this.disconnect()
        reject(new Error(`no hub at ${url} within 10 s`))
      })
      client.on('connected', ({ peers }) => {
        end()
        log.info(`connected to ${url}`)
        this.emit('connected', undefined)
        this.#discovered(peers)
        resolve()
      })
      client.on('refused', ({ code, message }) => {
        end()
        reject(new Error(`${url} refused: ${code}, ${message}`))
      })
      client.start()
    })
  }

  isConnected(): boolean {
    return this.#client?.state === 'connected'
  }

  /** @returns whether it was handed to the hub */
  async sendSignalingMessage({ type, data, targetPeerId }: SignalingMessage): Promise<boolean> {
    const payload = encoder.encode(JSON.stringify({ type, data }))
    return this.#client?.send(assertPeerId(targetPeerId), payload) === 'sent'
  }

  disconnect(): void {
    this.#client?.close()
    this.#client = undefined
  }

  getConnectionStats(): { readonly state: SignalingState; readonly url: string | undefined } {
    return { state: this.#client?.state ?? 'idle', url: this.#client?.url }
  }

  #discovered(peers: readonly PeerId[]): void {
    for (const peerId of peers) this.emit('peerDiscovered', { peerId })
  }

  /** Whatever others send; what is no message of this class is dropped. */
  #heard(fromPeerId: PeerId, payload: Uint8Array): void {
    let message: unknown
    try {
      message = JSON.parse(new TextDecoder().decode(payload))
    } catch {
      return
    }
    const { type, data } = (message ?? {}) as { type?: unknown; data?: unknown }
    if (typeof type === 'string') this.emit('signalingMessage', { type, data, fromPeerId })
  }
}
