import type { RtcCandidate, RtcDescription, RtcEngine } from '@pigeon/webrtc'
import type { EndKind } from './end.ts'

/** How often a full channel is looked at besides its event, ms. */
const POLL_MS = 20

/** The engine's own data channel, with the window a careful program would keep. */
export function rawKind(
  engine: RtcEngine,
  options: { windowBytes: number; maxMessageBytes: number },
): EndKind {
  return {
    name: 'raw engine',
    maxMessageBytes: options.maxMessageBytes,
    create(dial, signalled) {
      const peer = engine.create({ iceServers: [] })
      const channel = peer.createDataChannel('raw', { negotiated: true, id: 0, ordered: true })
      channel.binaryType = 'arraybuffer'
      channel.bufferedAmountLowThreshold = options.windowBytes / 2
      peer.addEventListener('icecandidate', ({ candidate }) => {
        if (candidate?.candidate) {
          const { candidate: line, sdpMid, sdpMLineIndex } = candidate
          signalled({ candidate: line, sdpMid, sdpMLineIndex })
        }
      })
      const describe = async (description: RtcDescription) => {
        signalled({ type: description.type, sdp: description.sdp })
        await peer.setLocalDescription(description)
      }
      const take = async (signal: RtcCandidate | RtcDescription) => {
        if ('candidate' in signal) {
          await peer.addIceCandidate(signal)
          return
        }
        await peer.setRemoteDescription(signal)
        if (signal.type === 'offer') await describe(await peer.createAnswer())
      }
      let waiting: (() => void) | undefined
      let poll: ReturnType<typeof setInterval> | undefined
      const look = () => {
        if (channel.bufferedAmount > options.windowBytes / 2) return
        clearInterval(poll)
        poll = undefined
        const run = waiting
        waiting = undefined
        run?.()
      }
      channel.addEventListener('bufferedamountlow', look)
      let work: Promise<unknown> = dial ? peer.createOffer().then(describe) : Promise.resolve()
      return {
        opened: new Promise<void>((resolve) => channel.addEventListener('open', () => resolve())),
        send(message) {
          if (channel.bufferedAmount >= options.windowBytes) return false
          channel.send(message)
          return true
        },
        drained(run) {
          waiting = run
          poll ??= setInterval(look, POLL_MS)
        },
        received: (listener) =>
          channel.addEventListener('message', ({ data }) => listener(toBytes(data))),
        signal(signal) {
          work = work.then(() => take(signal as RtcDescription))
        },
        close: async () => void (await peer.close()),
      }
    },
  }
}

function toBytes(data: unknown): Uint8Array {
  if (data instanceof ArrayBuffer) return new Uint8Array(data)
  const view = data as Uint8Array
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength)
}
