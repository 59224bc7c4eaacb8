import type { IceServer, IceTransportPolicy, RtcDescription } from './engine.ts'

/** What is known of a connection elsewhere. */
export interface PeerState {
  readonly connectionState: string
  readonly signalingState: string
  readonly localDescription: RtcDescription | null
  readonly remoteDescription: RtcDescription | null
}

/** Methods of a connection that a worker may call. */
export const CALLS = [
  'createOffer',
  'createAnswer',
  'setLocalDescription',
  'setRemoteDescription',
  'addIceCandidate',
  'getStats',
] as const

export type Call = (typeof CALLS)[number]

/** From the worker to the page. */
export type ToPage =
  | {
      readonly kind: 'create'
      readonly peer: number
      readonly config: {
        readonly iceServers: readonly IceServer[]
        readonly iceTransportPolicy: IceTransportPolicy
      }
    }
  | {
      readonly kind: 'channel'
      readonly peer: number
      readonly label: string
      readonly init: RTCDataChannelInit
    }
  | {
      readonly kind: 'call'
      readonly peer: number
      readonly number: number
      readonly call: Call
      readonly args: readonly unknown[]
    }
  | { readonly kind: 'close'; readonly peer: number }

/** From the page to the worker, with a channel that goes along. */
export type ToWorker =
  | {
      readonly kind: 'channel'
      readonly peer: number
      readonly id: number
      readonly channel: RTCDataChannel
    }
  | {
      readonly kind: 'event'
      readonly peer: number
      readonly type: string
      readonly candidate?: unknown
      readonly state: PeerState
    }
  | {
      readonly kind: 'result'
      readonly peer: number
      readonly number: number
      readonly value?: unknown
      readonly error?: string
      readonly state: PeerState
    }
  | { readonly kind: 'failed'; readonly peer: number; readonly error: string }

/** A worker as its page sees it, a page as its worker does, or either end of a `MessageChannel`. */
export interface Port {
  postMessage(message: unknown, transfer: Transferable[]): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  /** Of a `MessagePort`. */
  start?(): void
}

/** Marks our messages among others on the same port. */
const MARK = 'pigeon/rtc/1'

export function post(port: Port, message: ToPage | ToWorker, transfer: Transferable[] = []): void {
  port.postMessage({ [MARK]: message }, transfer)
}

/** Our message in what came, if it is one. */
export function messageIn<M>(data: unknown): M | undefined {
  return typeof data === 'object' && data !== null && MARK in data ? (data[MARK] as M) : undefined
}
