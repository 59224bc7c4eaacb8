/** What keeps a peer from others; each comes with a hint in plain words. */
export type ProblemCode =
  | 'NO_WEBRTC'
  | 'HUB_UNREACHABLE'
  | 'NO_HUB'
  | 'NO_STUN'
  | 'STUN_UNREACHABLE'
  | 'TURN_UNREACHABLE'
  | 'NEEDS_TURN'
  | 'NO_ADDRESSES'
  | 'PEER_REFUSED'
  | 'ALONE'

const HINTS: Readonly<Record<ProblemCode, string>> = {
  NO_WEBRTC:
    'Browsers offer RTCPeerConnection to pages only, not to workers. Join in the page, or pass `links` with an engine of your own.',
  HUB_UNREACHABLE:
    'Is a hub running there? `npx @pigeon/hub-server` starts one on ws://localhost:3000. A page served over https needs a wss:// hub.',
  NO_HUB: 'Links that are up stay up, but nobody new is found before a hub can be reached.',
  NO_STUN:
    'Without a STUN server only peers on the same network are reached. Set `iceServers`, or have the hub offer some.',
  STUN_UNREACHABLE: 'A firewall may block UDP, or the server is down.',
  TURN_UNREACHABLE: 'Its address or its credentials may be wrong, or a firewall blocks it.',
  NEEDS_TURN:
    'No direct path was found, as between two strict NATs. Set `iceServers` to a TURN server, or have the hub offer one.',
  NO_ADDRESSES: 'Is the machine offline? An extension of the browser may forbid WebRTC.',
  PEER_REFUSED: 'The other side, or this one, will not have the link; the code says why.',
  ALONE: 'The hub knows of nobody else under this network name. Does the other side use the same?',
}

/** Something that is wrong, or soon will be. */
export interface Problem {
  readonly code: ProblemCode
  /** What was found, in plain words. */
  readonly message: string
  /** What to try. */
  readonly hint: string
}

export function problem(code: ProblemCode, message: string): Problem {
  return { code, message, hint: HINTS[code] }
}
