import type { LinkFactory } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { WebRtcLink } from './link.ts'
import { type LinkSettings, linkSettings, type WebRtcLinksOptions } from './options.ts'

/**
 * Makes {@link WebRtcLink}s. Whoever has a path to the other peer already carries the signals.
 * @example
 * const links = new WebRtcLinks({ engine: weriftEngine(), clock: systemClock, random: systemRandom })
 */
export class WebRtcLinks implements LinkFactory {
  readonly maxFrameBytes: number
  readonly #settings: LinkSettings
  /** Those of which something is left. */
  readonly #links = new Set<WebRtcLink>()

  /** @throws RangeError that says which option is outside of its bounds */
  constructor(options: WebRtcLinksOptions) {
    this.#settings = linkSettings(options)
    this.maxFrameBytes = this.#settings.maxFrameBytes
  }

  /**
   * Starts a link. Its first event comes after the caller's turn; it ends with `timeout` if it is
   * not open within `connectTimeoutMs`.
   * @throws RangeError if `self` is `remote`
   */
  create(options: { self: PeerId; remote: PeerId; dial: boolean }): WebRtcLink {
    const { self, remote, dial } = options
    if (self === remote) throw new RangeError(`a link needs two peers, got ${self} twice`)
    const link = new WebRtcLink(self, remote, dial, this.#settings)
    this.#links.add(link)
    link.on('close', async () => {
      await link.close()
      this.#links.delete(link)
    })
    return link
  }

  /**
   * Closes all links, and their connections before the next task, whether or not the other sides
   * answer the goodbye: for a page that is about to be gone. A page that only sends its goodbye may
   * be gone before it is on the wire; closing a connection waits for what was sent on it.
   */
  leave(): void {
    for (const link of this.#links) {
      void link.close()
      link.hurry()
    }
  }
}
