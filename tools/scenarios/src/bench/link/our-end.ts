import type { Signal } from '@pigeon/transport'
import { systemClock, systemRandom } from '@pigeon/transport/system'
import { type RtcEngine, WebRtcLinks } from '@pigeon/webrtc'
import { peerIdFromName } from '@pigeon/xor'
import type { EndKind } from './end.ts'

/** The largest message of the bench. */
const MAX_FRAME_BYTES = 1024 * 1024

/** Links of `@pigeon/webrtc`. */
export function ourKind(engine: RtcEngine): EndKind {
  const world = { engine, clock: systemClock, random: systemRandom, iceServers: [] }
  const links = new WebRtcLinks({ ...world, maxFrameBytes: MAX_FRAME_BYTES })
  const [alice, bob] = [peerIdFromName('alice'), peerIdFromName('bob')]
  return {
    name: 'ours',
    maxMessageBytes: MAX_FRAME_BYTES,
    create(dial, signalled) {
      const [self, remote] = dial ? [alice, bob] : [bob, alice]
      const link = links.create({ self, remote, dial })
      link.on('signal', signalled)
      let isFull = false
      let waiting: (() => void) | undefined
      link.on('drain', () => {
        isFull = false
        waiting?.()
        waiting = undefined
      })
      return {
        opened: new Promise<void>((resolve) => link.on('open', resolve)),
        send(message) {
          isFull = link.send(message) !== 'sent'
          return !isFull
        },
        drained(run) {
          if (isFull) waiting = run
          else run()
        },
        received: (listener) => void link.on('frame', listener),
        signal: (signal) => link.signal(signal as Signal),
        close: () => link.close(),
      }
    },
  }
}
