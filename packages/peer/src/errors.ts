/** What went wrong; each comes with a hint in plain words. */
export type MeshErrorCode =
  | 'HUB_UNREACHABLE'
  | 'HUB_REFUSED'
  | 'TIMEOUT'
  | 'ABORTED'
  | 'CLOSED'
  | 'NOT_CONNECTED'
  | 'NO_WEBRTC'

const HINTS: Readonly<Record<MeshErrorCode, string>> = {
  HUB_UNREACHABLE:
    'Is a hub running there? `npx @pigeon/hub-server` starts one on ws://localhost:3000. A page served over https needs a wss:// hub.',
  HUB_REFUSED: 'The hub answered, but does not let this peer in; its message says why.',
  TIMEOUT: 'Nobody else may be in the network yet, or no direct path between the peers exists.',
  ABORTED: 'The AbortSignal that was passed in was triggered.',
  NOT_CONNECTED:
    'The keys are made in connect(); wait for it, or for joinMesh, or pass an Identity that is there already.',
  CLOSED: 'This mesh was closed; join again.',
  NO_WEBRTC: 'This runtime has no RTCPeerConnection: workers and some webviews lack it.',
}

/** An operation of a mesh failed. */
export class MeshError extends Error {
  override readonly name = 'MeshError'
  readonly code: MeshErrorCode
  /** What to try, in plain words. */
  readonly hint: string
  constructor(code: MeshErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    this.hint = HINTS[code]
  }
}
