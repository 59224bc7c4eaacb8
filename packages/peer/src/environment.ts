/** Where a program runs. */
export type Runtime =
  | 'browser'
  | 'worker'
  | 'node'
  | 'deno'
  | 'bun'
  | 'react-native'
  | 'nativescript'
  | 'unknown'

/** What this runtime offers. */
export interface EnvironmentReport {
  readonly runtime: Runtime
  /** A WebRTC of its own; without, pass an `engine`. In Node the package `werift` takes its place. */
  readonly hasWebRTC: boolean
  readonly hasWebSocket: boolean
  /** Keys are made and used by the runtime; else by JavaScript, loaded then. */
  readonly hasWebCrypto: boolean
  /** Cameras and microphones may be asked for. */
  readonly hasMediaDevices: boolean
  /** What is stored survives the page. */
  readonly hasIndexedDb: boolean
  /** Data channels may move into workers, which `@pigeon/webrtc/worker` needs. */
  readonly hasMovableChannels: boolean
}

/** What is looked at of the global scope. */
type Scope = Readonly<Record<string, unknown>>

const globals = globalThis as unknown as Scope

/** Looks at what is there; tries nothing but to move a data channel. */
export function environmentReport(): EnvironmentReport {
  const { navigator, crypto } = globals as {
    navigator?: { mediaDevices?: unknown }
    crypto?: { subtle?: unknown }
  }
  return {
    runtime: runtimeOf(globals),
    hasWebRTC: hasWebRTCSupport(),
    hasWebSocket: hasWebSocketSupport(),
    hasWebCrypto: crypto?.subtle !== undefined,
    hasMediaDevices: navigator?.mediaDevices !== undefined,
    hasIndexedDb: has('indexedDB'),
    hasMovableChannels: hasMovableChannels(),
  }
}

/** Whether this runtime has a WebRTC of its own. */
export function hasWebRTCSupport(): boolean {
  return has('RTCPeerConnection')
}

/** Whether this runtime has WebSockets of its own; in Node the package `ws` takes their place. */
export function hasWebSocketSupport(): boolean {
  return has('WebSocket')
}

/** @param scope the global one, or a test's */
export function runtimeOf(scope: Scope): Runtime {
  const { navigator, process } = scope as {
    navigator?: { product?: string }
    process?: { versions?: { node?: string } }
  }
  if (scope['Deno'] !== undefined) return 'deno'
  if (scope['Bun'] !== undefined) return 'bun'
  if (navigator?.product === 'ReactNative') return 'react-native'
  if (scope['NSObject'] !== undefined || scope['__runtimeVersion'] !== undefined) {
    return 'nativescript'
  }
  if (scope['document'] !== undefined) return 'browser'
  if (scope['WorkerGlobalScope'] !== undefined) return 'worker'
  return process?.versions?.node === undefined ? 'unknown' : 'node'
}

/** A channel can move only right after it was made, so one is made to try. */
function hasMovableChannels(): boolean {
  if (!hasWebRTCSupport() || !has('MessageChannel')) return false
  const { port1, port2 } = new MessageChannel()
  let peer: RTCPeerConnection | undefined
  try {
    peer = new RTCPeerConnection()
    const channel = peer.createDataChannel('', { negotiated: true, id: 0 })
    port1.postMessage(channel, [channel as unknown as Transferable])
    return true
  } catch {
    return false
  } finally {
    peer?.close()
    port1.close()
    port2.close()
  }
}

function has(name: string): boolean {
  return globals[name] !== undefined
}
