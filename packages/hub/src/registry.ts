import type { PeerId } from '@pigeon/xor'
import type { HubPeer } from './events.ts'
import { Network } from './network.ts'

/** All networks of a hub. An id means something within its network only. */
export class Registry<M> {
  readonly #networks = new Map<string, Network<M>>()
  #size = 0

  /** Members of all networks. */
  get size(): number {
    return this.#size
  }

  /** Networks with at least one member. */
  get networkCount(): number {
    return this.#networks.size
  }

  network(name: string): Network<M> | undefined {
    return this.#networks.get(name)
  }

  /** All members, as {@link HubPeer}s. @param describe what is known of one besides id and network */
  list(describe: (member: M) => Omit<HubPeer, 'peerId' | 'network'>): HubPeer[] {
    const peers: HubPeer[] = []
    for (const network of this.#networks.values()) {
      for (const peerId of network.ids) {
        peers.push({ peerId, network: network.name, ...describe(network.get(peerId) as M) })
      }
    }
    return peers
  }

  /** Each network and the ids of its members. */
  *all(): Iterable<{ readonly network: string; readonly ids: readonly PeerId[] }> {
    for (const { name, ids } of this.#networks.values()) yield { network: name, ids }
  }

  /** Adds a member, or puts another in its place. */
  set(name: string, id: PeerId, member: M): Network<M> {
    let network = this.#networks.get(name)
    if (network === undefined) {
      network = new Network(name)
      this.#networks.set(name, network)
    }
    if (network.get(id) === undefined) this.#size++
    network.set(id, member)
    return network
  }

  /** Removes a member; its network goes with the last one. */
  delete(network: Network<M>, id: PeerId): void {
    if (network.get(id) === undefined) return
    network.delete(id)
    this.#size--
    if (network.size === 0) this.#networks.delete(network.name)
  }
}
