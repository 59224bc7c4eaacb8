import { joinMesh, type PigeonMesh } from '@pigeon/peer'

/** What one peer got so far. */
export interface Counts {
  readonly links: number
  /** Different messages of the bench. */
  readonly received: number
  /** Messages of the bench that came again. */
  readonly twice: number
  /** Whole messages that came, and those of them that were new. */
  readonly copies: number
  readonly deliveries: number
}

/** What a peer can be told, in a process or in a tab. */
export type WebRtcCommands = {
  join(hub: string): Promise<void>
  counts(): Counts
  /** Resolves when all were sent. */
  publish(count: number, everyMs: number): Promise<void>
}

/** Commands for the one peer of this process or page. */
export function webRtcPeer(): WebRtcCommands {
  const received = new Set<string>()
  let twice = 0
  let joined: PigeonMesh | undefined
  const mesh = () => {
    if (joined === undefined) throw new Error('not joined yet')
    return joined
  }
  return {
    async join(hub) {
      joined = await joinMesh('bench', { hubs: [hub] })
      joined.on('messageReceived', ({ messageId }) => {
        if (received.has(messageId)) twice++
        received.add(messageId)
      })
    },
    counts() {
      const { delivered, duplicates } = mesh().gossip.stats
      const copies = delivered + duplicates
      const links = mesh().peers.size
      return { links, received: received.size, twice, copies, deliveries: delivered }
    },
    async publish(count, everyMs) {
      for (let index = 0; index < count; index++) {
        mesh().sendMessage('x'.repeat(1024))
        await new Promise((resolve) => setTimeout(resolve, everyMs))
      }
    },
  }
}
