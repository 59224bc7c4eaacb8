/**
 * Connections of a page for a worker, which has none: the page makes them, their channels move.
 * @module
 */
import {
  CALLS,
  messageIn,
  type PeerState,
  type Port,
  post,
  type ToPage,
} from './worker-messages.ts'

export type { Port } from './worker-messages.ts'

/** Connections one worker may have at once; more fail. */
const MAX_PEERS = 128

/** Events that the worker hears of. */
const EVENTS = ['icecandidate', 'negotiationneeded', 'connectionstatechange'] as const

/**
 * Makes connections for `workerEngine` of `@pigeon/webrtc/worker` at the other end of `port`.
 * @param port the worker, or a `MessagePort`
 * @returns ends it, and closes them
 * @example
 * const worker = new Worker('mesh.js', { type: 'module' })
 * hostPeers(worker)
 */
export function hostPeers(port: Port): () => void {
  const peers = new Map<number, RTCPeerConnection>()
  const take = (event: { readonly data: unknown }) => {
    const message = messageIn<ToPage>(event.data)
    if (message === undefined) return
    try {
      handle(port, peers, message)
    } catch (error) {
      post(port, { kind: 'failed', peer: message.peer, error: String(error) })
    }
  }
  port.addEventListener('message', take)
  port.start?.()
  return () => {
    port.removeEventListener('message', take)
    for (const peer of peers.values()) peer.close()
    peers.clear()
  }
}

function handle(port: Port, peers: Map<number, RTCPeerConnection>, message: ToPage): void {
  const { kind, peer: number } = message
  if (kind === 'create') {
    if (peers.size >= MAX_PEERS) throw new RangeError(`more than ${MAX_PEERS} connections`)
    const { iceServers, iceTransportPolicy } = message.config
    const peer = new RTCPeerConnection({ iceServers: [...iceServers], iceTransportPolicy })
    peers.set(number, peer)
    listen(port, number, peer)
    return
  }
  const peer = peers.get(number)
  if (peer === undefined) return
  if (kind === 'close') {
    peers.delete(number)
    peer.close()
  } else if (kind === 'channel') {
    const channel = peer.createDataChannel(message.label, message.init)
    // At once: a channel that was used cannot move any more.
    const moved = { kind, peer: number, id: message.init.id ?? 0, channel }
    post(port, moved, [channel as unknown as Transferable])
  } else {
    void answer(port, number, peer, message)
  }
}

function listen(port: Port, number: number, peer: RTCPeerConnection): void {
  for (const type of EVENTS) {
    peer.addEventListener(type, (event) => {
      const { candidate } = event as RTCPeerConnectionIceEvent
      const found = candidate ? { candidate: candidate.toJSON() } : {}
      post(port, { kind: 'event', peer: number, type, ...found, state: stateOf(peer) })
    })
  }
  peer.addEventListener('datachannel', ({ channel }) => channel.close())
}

async function answer(
  port: Port,
  peerNumber: number,
  peer: RTCPeerConnection,
  { number, call, args }: ToPage & { kind: 'call' },
): Promise<void> {
  const reply = { kind: 'result', peer: peerNumber, number } as const
  try {
    if (!CALLS.includes(call)) throw new TypeError(`no method ${call}`)
    const value = await (peer[call] as (...args: unknown[]) => Promise<unknown>).apply(peer, [
      ...args,
    ])
    post(port, { ...reply, value: toPlain(value), state: stateOf(peer) })
  } catch (error) {
    post(port, { ...reply, error: String(error), state: stateOf(peer) })
  }
}

/** What may go through a port: descriptions as such, statistics as their entries. */
function toPlain(value: unknown): unknown {
  if (value instanceof RTCStatsReport) {
    const entries: unknown[] = []
    value.forEach((entry) => void entries.push(entry))
    return entries
  }
  return value === undefined || value === null
    ? undefined
    : toDescription(value as RTCSessionDescription)
}

function toDescription({ type, sdp }: RTCSessionDescriptionInit): {
  type: RTCSdpType
  sdp: string
} {
  return { type, sdp: sdp ?? '' }
}

function stateOf(peer: RTCPeerConnection): PeerState {
  const { connectionState, signalingState, localDescription, remoteDescription } = peer
  return {
    connectionState,
    signalingState,
    localDescription: localDescription && toDescription(localDescription),
    remoteDescription: remoteDescription && toDescription(remoteDescription),
  }
}
