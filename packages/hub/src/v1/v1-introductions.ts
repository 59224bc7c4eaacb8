import { v1Discovered } from '@pigeon/signaling-protocol/v1'
import type { Clock } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { Connection } from '../connection.ts'
import type { Connections } from '../connections.ts'
import type { Network } from '../network.ts'
import { v1Audience } from './audience.ts'
import { Later } from './later.ts'
import type { V1Peer } from './v1-peer.ts'

/** How much later the smaller of two ids is told: the larger one's offer is there by then, ms. */
const DIAL_FIRST_MS = 1000

/** After so long without a signal those who may dial a peer are told of it again, ms. */
const ANNOUNCE_AGAIN_MS = 3000

/** So many of them: one link is enough for a start. */
const ANNOUNCE_AGAIN_TO = 3

/** What {@link V1Introductions} needs from its hub. */
export interface V1IntroductionsOptions {
  readonly clock: Clock
  readonly connections: Connections
  /** Tells other hubs that a peer is here. */
  readonly tellElsewhere: (peer: V1Peer) => void
}

/** Who of version 1 is told of whom, and when: of two the one that is to dial hears first. */
export class V1Introductions {
  /** Ids told so far. */
  named = 0
  readonly #options: V1IntroductionsOptions
  readonly #again: Later<Connection>
  readonly #smaller: Later<{ to: Connection; peerId: PeerId }>

  constructor(options: V1IntroductionsOptions) {
    this.#options = options
    const { clock } = options
    this.#again = new Later(clock, ANNOUNCE_AGAIN_MS, (connection) =>
      this.#announceAgain(connection),
    )
    this.#smaller = new Later(clock, DIAL_FIRST_MS, ({ to, peerId }) => {
      if (to.v1?.network !== undefined) this.#name(to.v1.network, peerId, to.v1.id)
    })
  }

  /** Introduces a peer that announced itself. @param tellOthers else only it hears of the others */
  announced(connection: Connection, peer: V1Peer, tellOthers: boolean): void {
    this.#introduce(peer, tellOthers)
    this.#again.add(connection)
  }

  /** Tells a member of one of another hub, at once if it is to dial it. */
  nameStranger(to: Connection, peerId: PeerId): void {
    if (to.v1?.network === undefined) return
    const { id, network, strangers } = to.v1
    if (!strangers.isDue(peerId, this.#options.clock.now())) return
    if (id > peerId) this.#name(network, peerId, id)
    else this.#smaller.add({ to, peerId })
  }

  /** Nobody is left to be told anything. */
  clear(): void {
    this.#again.clear()
    this.#smaller.clear()
  }

  /**
   * Names a peer and its audience to each other. Of two the one with the larger id hears first: a
   * smaller one that knows of it dials as well, and may then overlook the offer it should answer.
   */
  #introduce({ network, id }: V1Peer, tellOthers: boolean): void {
    if (network === undefined) return
    for (const other of v1Audience(network, id)) {
      const [smaller, larger] = id < other ? [id, other] : [other, id]
      const to = network.get(smaller)
      if (tellOthers || larger === id) this.#name(network, smaller, larger)
      if (to !== undefined && (tellOthers || smaller === id)) {
        this.#smaller.add({ to, peerId: larger })
      }
    }
  }

  #name(network: Network<Connection>, peerId: PeerId, to: PeerId): void {
    const receiver = network.get(to)
    const data = network.get(peerId)?.v1?.data
    if (receiver === undefined) return
    this.named++
    const { clock, connections } = this.#options
    const facts = { to, peerId, networkName: network.name, data }
    connections.sendBytes(receiver, v1Discovered(facts, Math.floor(clock.now())))
  }

  /** Nobody dialled it so far: those who may, the larger ids, are told of it once more. */
  #announceAgain(connection: Connection): void {
    const peer = connection.v1
    const network = peer?.network
    if (peer === undefined || network === undefined || peer.signalled) return
    const larger = v1Audience(network, peer.id).filter((other) => other > peer.id)
    for (const other of larger.slice(0, ANNOUNCE_AGAIN_TO)) this.#name(network, peer.id, other)
    this.#options.tellElsewhere(peer)
  }
}
