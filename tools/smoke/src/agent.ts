import { PigeonMesh } from '@pigeon/peer'

/** A message as one peer got it. */
export interface Receipt {
  readonly from: string
  readonly content: unknown
  readonly direct: boolean
  readonly hops: number
}

/** What one peer has seen so far. */
export interface Report {
  readonly peerId: string
  readonly links: readonly string[]
  readonly received: readonly Receipt[]
  /** Direct messages of its own whose receipt came back. */
  readonly delivered: number
  readonly failed: readonly string[]
}

/** One peer of the smoke run; the same code in a Node process and in a browser tab. */
export class Agent {
  readonly #mesh: PigeonMesh
  readonly #received: Receipt[] = []
  readonly #failed: string[] = []
  #delivered = 0

  constructor(network: string, hub: string) {
    this.#mesh = new PigeonMesh(network, { hubs: [hub] })
    this.#mesh.on('messageReceived', ({ from, content, direct, hops }) => {
      this.#received.push({ from, content, direct, hops })
    })
    this.#mesh.on('messageDelivered', () => {
      this.#delivered++
    })
    this.#mesh.on('messageFailed', ({ code }) => this.#failed.push(code))
  }

  /** @returns ms until the first link was open */
  async join(): Promise<number> {
    const started = performance.now()
    await this.#mesh.connect()
    await this.#mesh.whenPeers(1)
    return performance.now() - started
  }

  report(): Report {
    const { peerId, peers } = this.#mesh
    return {
      peerId,
      links: [...peers],
      received: this.#received,
      delivered: this.#delivered,
      failed: this.#failed,
    }
  }

  broadcast(text: string): void {
    this.#mesh.sendMessage(text)
  }

  direct(to: string, text: string): void {
    this.#mesh.sendDirectMessage(to, text)
  }

  async leave(): Promise<void> {
    await this.#mesh.close()
  }
}
