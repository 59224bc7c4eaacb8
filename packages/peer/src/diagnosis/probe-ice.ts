import type { Clock } from '@pigeon/transport'
import type { IceServer, IceTransportPolicy, RtcEngine, RtcPeer } from '@pigeon/webrtc'

/** Whether servers answer: none given, at least one did, or none did. */
type ServerReport = 'none' | 'works' | 'unreachable' | 'unknown'

/** What addresses this machine has for others. */
export interface IceReport {
  /** `unknown`: the machine's own address may be the one others see, which an engine tells once. */
  readonly stun: ServerReport
  readonly turn: ServerReport
  /** Whether there is any address at all. */
  readonly hasAddresses: boolean
}

const isOf = (scheme: string) => (server: IceServer) =>
  [server.urls].flat().some((url) => url.startsWith(scheme))

/** Gathers addresses as a link would, for nobody. */
export async function probeIce(
  engine: RtcEngine,
  config: { iceServers: readonly IceServer[]; iceTransportPolicy: IceTransportPolicy },
  world: { clock: Clock; timeoutMs: number },
): Promise<IceReport> {
  const found = new Set<string>()
  const failed = new Set<'stun' | 'turn'>()
  const peer = engine.create(config)
  try {
    peer.createDataChannel('probe', { negotiated: true, id: 0, ordered: true })
    await gather(peer, found, failed, world)
  } finally {
    void peer.close()
  }
  const { iceServers } = config
  const stun = found.has('srflx') ? 'works' : failed.has('stun') ? 'unreachable' : 'unknown'
  return {
    stun: iceServers.some(isOf('stun')) ? stun : 'none',
    turn: iceServers.some(isOf('turn')) ? (found.has('relay') ? 'works' : 'unreachable') : 'none',
    hasAddresses: found.size > 0,
  }
}

async function gather(
  peer: RtcPeer,
  found: Set<string>,
  failed: Set<'stun' | 'turn'>,
  { clock, timeoutMs }: { clock: Clock; timeoutMs: number },
): Promise<void> {
  let cancel = () => {}
  const gathered = new Promise<void>((resolve) => {
    cancel = clock.after(timeoutMs, resolve)
    peer.addEventListener('icecandidate', ({ candidate }) => {
      if (!candidate) resolve()
      // candidate:foundation component transport priority address port typ …, RFC 8839 §5.1
      const type = candidate?.candidate.split(' ')[7]
      if (type !== undefined) found.add(type)
    })
    peer.addEventListener('icecandidateerror', (event) => {
      const { url } = event as { url?: unknown }
      if (typeof url === 'string') failed.add(url.startsWith('turn') ? 'turn' : 'stun')
    })
  })
  const offer = await peer.createOffer()
  void peer.setLocalDescription(offer).catch(() => {})
  await gathered
  cancel()
}
