import type { SendResult, Transport } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import {
  decodeRouteFrame,
  encodeRouteFrame,
  MAX_WAY,
  type RouteFrame,
  type Tunnelled,
} from './route-frames.ts'
import type { Tunnels } from './tunnels.ts'

/** A frame that hops exchange, which a tunnel may carry. */
export type HopFrame = Exclude<RouteFrame, Tunnelled>

/** The links of a router, and the tunnels that count as links. Carries the tunnels of others. */
export class RouteLinks {
  readonly #transport: Transport
  readonly #tunnels: Tunnels

  constructor(transport: Transport, tunnels: Tunnels) {
    this.#transport = transport
    this.#tunnels = tunnels
  }

  get self(): PeerId {
    return this.#transport.self
  }

  isLinked(peer: PeerId): boolean {
    return this.#transport.neighbours.has(peer)
  }

  /** Whether there is a link or a tunnel. */
  isReachable(peer: PeerId): boolean {
    return this.isLinked(peer) || this.#tunnels.way(peer) !== undefined
  }

  /** Peers that a frame to a neighbour, or to the end of a tunnel, passes on its way. */
  between(peer: PeerId): readonly PeerId[] {
    if (this.isLinked(peer)) return []
    return this.#tunnels.way(peer)?.slice(0, -1) ?? []
  }

  /** To a neighbour, or to a peer at the end of a tunnel. */
  send(to: PeerId, frame: HopFrame): SendResult {
    const bytes = encodeRouteFrame(frame)
    if (this.isLinked(to)) return this.#transport.send(to, bytes)
    const way = this.#tunnels.way(to)
    const [first] = way ?? []
    if (way === undefined || first === undefined) return 'gone'
    const tunnelled = { kind: 'tunnel', way, passed: [this.self], frame: bytes } as const
    return this.#transport.send(first, encodeRouteFrame(tunnelled))
  }

  /**
   * Takes a frame that came through a tunnel, and passes it on if it is for somebody else.
   * @returns the frame and its sender, if it is for this peer
   */
  carry(tunnelled: Tunnelled): { sender: PeerId; frame: HopFrame } | undefined {
    const { way, passed, frame } = tunnelled
    const [sender] = passed
    if (sender === undefined || sender === this.self) return undefined
    if (way.length > 1) {
      this.#passOn(tunnelled)
      return undefined
    }
    const inner = decodeRouteFrame(frame)
    if (inner === undefined || inner.kind === 'tunnel') return undefined
    this.#tunnels.heard(sender, [...passed].reverse())
    return { sender, frame: inner }
  }

  #passOn(tunnelled: Tunnelled): void {
    const { passed, frame } = tunnelled
    // A way that comes back on itself would only cost others.
    if (passed.includes(this.self) || passed.length >= MAX_WAY) return
    const [, ...way] = tunnelled.way
    const [next] = way
    if (next === undefined) return
    const onward = { kind: 'tunnel', way, passed: [...passed, this.self], frame } as const
    const isOpen = this.isLinked(next)
    if (isOpen && this.#transport.send(next, encodeRouteFrame(onward)) === 'sent') return
    this.#sayCut(onward)
  }

  /** Tells the sender that the tunnel ends here; of a word that is cut itself nobody is told. */
  #sayCut({ way, passed: [...behind], frame }: Tunnelled): void {
    behind.pop()
    const back = behind.reverse()
    const [peer, previous] = [way.at(-1), back[0]]
    if (peer === undefined || previous === undefined || !this.isLinked(previous)) return
    if (decodeRouteFrame(frame)?.kind === 'cut') return
    const cut = encodeRouteFrame({ kind: 'cut', peer })
    const word = { kind: 'tunnel', way: back, passed: [this.self], frame: cut } as const
    this.#transport.send(previous, encodeRouteFrame(word))
  }
}
