import type { RandomStream, Simulation } from '@pigeon/simulator'
import type { BuiltNetwork } from './build-network.ts'
import type { Layers, ScenarioPeer } from './peer.ts'
import type { Traffic } from './scenario.ts'

/** A broadcast, who was there when it began, and who got it. */
interface Broadcast {
  readonly publishedAt: number
  /** The life each peer was in. */
  readonly audience: ReadonlyMap<ScenarioPeer, number>
  readonly received: Set<ScenarioPeer>
}

/** Publishes, sends, and counts what arrives. */
export class TrafficCounter {
  readonly #simulation: Simulation
  readonly #random: RandomStream
  readonly #broadcasts = new Map<string, Broadcast>()
  readonly #sent = new Set<string>()
  #delivered = 0
  #deliveries = 0
  #totalMs = 0

  constructor(simulation: Simulation) {
    this.#simulation = simulation
    this.#random = simulation.random('traffic')
  }

  /** Listens to one life of a peer. */
  watch(peer: ScenarioPeer, { gossip, direct }: Layers): void {
    gossip?.on('message', ({ id }) => {
      const broadcast = this.#broadcasts.get(id)
      if (broadcast === undefined || broadcast.received.has(peer)) return
      broadcast.received.add(peer)
      this.#deliveries++
      this.#totalMs += this.#simulation.now - broadcast.publishedAt
    })
    direct.on('delivered', ({ messageId }) => {
      if (this.#sent.delete(messageId)) this.#delivered++
    })
  }

  /** Puts all traffic on the clock. */
  schedule(
    built: BuiltNetwork,
    broadcasts: Traffic | undefined,
    directMessages: Traffic | undefined,
  ): void {
    this.#repeat(broadcasts, (bytes) => this.#publish(built.running(), bytes))
    this.#repeat(directMessages, (bytes) => this.#send(built.running(), bytes))
  }

  /** Times a broadcast came to a peer, in all. */
  get deliveries(): number {
    return this.#deliveries
  }

  get meanMs(): number {
    return this.#deliveries === 0 ? 0 : this.#totalMs / this.#deliveries
  }

  /** Of those who were there from the publication until now, the share that got it; 1 for none. */
  broadcastShare(): number {
    let wanted = 0
    let met = 0
    for (const { audience, received } of this.#broadcasts.values()) {
      for (const [peer, life] of audience) {
        if (!peer.running || peer.host.life !== life) continue
        wanted++
        if (received.has(peer)) met++
      }
    }
    return wanted === 0 ? 1 : met / wanted
  }

  directShare(): number {
    const sent = this.#delivered + this.#sent.size
    return sent === 0 ? 1 : this.#delivered / sent
  }

  #repeat(traffic: Traffic | undefined, act: (bytes: Uint8Array) => void): void {
    if (traffic === undefined) return
    const { atMs, count, everyMs, bytes } = traffic
    for (let index = 0; index < count; index++) {
      const payload = new Uint8Array(bytes).fill(index)
      this.#simulation.clock.after(atMs + index * everyMs, () => act(payload))
    }
  }

  #publish(running: readonly ScenarioPeer[], bytes: Uint8Array): void {
    const author = running[this.#random.below(running.length)]
    if (author === undefined) return
    const others = running.filter((peer) => peer !== author)
    const audience = new Map(others.map((peer) => [peer, peer.host.life]))
    const publishedAt = this.#simulation.now
    const id = author.gossip.publish('scenario', bytes)
    this.#broadcasts.set(id, { publishedAt, audience, received: new Set() })
  }

  #send(running: readonly ScenarioPeer[], bytes: Uint8Array): void {
    const [from, to] = this.#random.shuffled(running)
    if (from === undefined || to === undefined) return
    this.#sent.add(from.direct.send(to.id, bytes))
  }
}
