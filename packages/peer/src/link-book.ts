import type { Link, LinkFactory } from '@pigeon/transport'
import type { LinkStats, RtcPeer } from '@pigeon/webrtc'
import type { PeerId } from '@pigeon/xor'

/** What a link over WebRTC has besides others. */
export interface RtcLink extends Link {
  /** The engine's connection. */
  readonly peer: RtcPeer | undefined
  stats(): Promise<LinkStats>
}

/**
 * Makes links, and knows those that are open, for layers that deal with more than frames. It stands
 * around links that prove their ends, so none is in it before it is proven.
 */
export class LinkBook implements LinkFactory {
  readonly maxFrameBytes: number
  readonly #links: LinkFactory
  readonly #open = new Map<PeerId, { outer: Link; link: RtcLink }>()

  constructor(links: LinkFactory) {
    this.#links = links
    this.maxFrameBytes = links.maxFrameBytes
  }

  create(options: { self: PeerId; remote: PeerId; dial: boolean }): Link {
    const outer = this.#links.create(options)
    const { remote } = options
    outer.on('open', () => {
      const link = rtcLinkOf(outer)
      if (link !== undefined) this.#open.set(remote, { outer, link })
    })
    outer.on('close', () => {
      if (this.#open.get(remote)?.outer === outer) this.#open.delete(remote)
    })
    return outer
  }

  /** The link to a peer that opened last, if it is open and over WebRTC. */
  get(peer: PeerId): RtcLink | undefined {
    return this.#open.get(peer)?.link
  }
}

/** The link over WebRTC inside of others; those of tests and of other kinds of network have none. */
function rtcLinkOf(outer: Link): RtcLink | undefined {
  let link: (Link & { readonly link?: Link | undefined }) | undefined = outer
  while (link !== undefined && !isRtcLink(link)) link = link.link
  return link
}

function isRtcLink(link: Link): link is RtcLink {
  return 'peer' in link && 'stats' in link
}
