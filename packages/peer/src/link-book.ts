import { Emitter, type Link, type LinkFactory, type Unsubscribe } from '@pigeon/transport'
import type { LinkStats, RtcPeer } from '@pigeon/webrtc'
import type { PeerId } from '@pigeon/xor'

/** What a link over WebRTC has besides others. */
export interface RtcLink extends Link {
  /** The engine's connection. */
  readonly peer: RtcPeer | undefined
  stats(): Promise<LinkStats>
}

/** What happens in a {@link LinkBook}. */
export interface LinkBookEvents {
  /** A link opened, in place of the one before, if there is one to this peer. */
  opened: (link: RtcLink) => void
}

/**
 * Makes links, and knows those that are open, for layers that deal with more than frames. A link
 * in it is not proven yet: what it says counts only once the mesh tells of its peer.
 */
export class LinkBook implements LinkFactory {
  readonly maxFrameBytes: number
  readonly #links: LinkFactory
  readonly #open = new Map<PeerId, RtcLink>()
  readonly #events = new Emitter<LinkBookEvents>()

  constructor(links: LinkFactory) {
    this.#links = links
    this.maxFrameBytes = links.maxFrameBytes
  }

  create(options: { self: PeerId; remote: PeerId; dial: boolean }): Link {
    const link = this.#links.create(options)
    if (isRtcLink(link)) this.#follow(link)
    return link
  }

  /** The link to a peer that opened last, if it is open and over WebRTC. */
  get(peer: PeerId): RtcLink | undefined {
    return this.#open.get(peer)
  }

  on<E extends keyof LinkBookEvents>(event: E, listener: LinkBookEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  #follow(link: RtcLink): void {
    const { remote } = link
    link.on('open', () => {
      this.#open.set(remote, link)
      this.#events.emit('opened', link)
    })
    link.on('close', () => {
      if (this.#open.get(remote) === link) this.#open.delete(remote)
    })
  }
}

/** Whether a link is over WebRTC; those of tests and of other kinds of network need not be. */
function isRtcLink(link: Link): link is RtcLink {
  return 'peer' in link && 'stats' in link
}
