import type { RtcChannel, RtcPeer } from './engine.ts'

/** The two data channels of a link. */
export interface Channels {
  /** Reliable and ordered: everything but loose frames. */
  readonly main: RtcChannel
  /** Unordered, and sends nothing again. */
  readonly loose: RtcChannel
}

/** What a link hears of its {@link Channels}. */
export interface ChannelsListener {
  /** Whether the channels are still those of the link. */
  isCurrent(channels: Channels): boolean
  opened(channels: Channels): void
  message(channels: Channels, data: unknown): void
  loose(data: unknown): void
  broken(): void
}

/**
 * Makes both channels. The two sides agree on them without a word (`negotiated`), so they are open
 * one round trip earlier.
 */
export function createChannels(peer: RtcPeer, listener: ChannelsListener): Channels {
  const main = peer.createDataChannel('pigeon', { negotiated: true, id: 0, ordered: true })
  const loose = peer.createDataChannel('pigeon-loose', {
    ...{ negotiated: true, id: 1, ordered: false },
    maxRetransmits: 0,
  })
  const channels = { main, loose }
  const current = () => listener.isCurrent(channels)
  main.binaryType = 'arraybuffer'
  loose.binaryType = 'arraybuffer'
  main.addEventListener('open', () => {
    if (current()) listener.opened(channels)
  })
  // `closing`: the other side closed it; the rest may take its time or get lost.
  for (const ending of ['closing', 'close']) {
    main.addEventListener(ending, () => {
      if (current()) listener.broken()
    })
  }
  main.addEventListener('message', ({ data }) => {
    if (current()) listener.message(channels, data)
  })
  loose.addEventListener('message', ({ data }) => {
    if (current()) listener.loose(data)
  })
  return channels
}
