import type { RtcCandidate, RtcDescription, RtcEvent, RtcPeer } from './engine.ts'
import { WorkerChannel } from './worker-channel.ts'
import type { Call, PeerState, ToPage, ToWorker } from './worker-messages.ts'

/** A connection that lives in the page. */
export class WorkerPeer implements RtcPeer {
  readonly #number: number
  readonly #post: (message: ToPage) => void
  readonly #closed: () => void
  readonly #channels = new Map<number, WorkerChannel>()
  readonly #listeners = new Map<string, ((event: RtcEvent) => void)[]>()
  readonly #calls = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >()
  #count = 0
  #state: PeerState = {
    connectionState: 'new',
    signalingState: 'stable',
    localDescription: null,
    remoteDescription: null,
  }

  constructor(number: number, post: (message: ToPage) => void, closed: () => void) {
    this.#number = number
    this.#post = post
    this.#closed = closed
  }

  get connectionState(): string {
    return this.#state.connectionState
  }

  get signalingState(): string {
    return this.#state.signalingState
  }

  get localDescription(): RtcDescription | null {
    return this.#state.localDescription
  }

  get remoteDescription(): RtcDescription | null {
    return this.#state.remoteDescription
  }

  createDataChannel(
    label: string,
    init: { negotiated: boolean; id: number; ordered: boolean },
  ): WorkerChannel {
    const channel = new WorkerChannel()
    this.#channels.set(init.id, channel)
    this.#post({ kind: 'channel', peer: this.#number, label, init })
    return channel
  }

  createOffer(options?: { iceRestart: boolean }): Promise<RtcDescription> {
    return this.#call('createOffer', options) as Promise<RtcDescription>
  }

  createAnswer(): Promise<RtcDescription> {
    return this.#call('createAnswer') as Promise<RtcDescription>
  }

  setLocalDescription(description: RtcDescription): Promise<unknown> {
    return this.#call('setLocalDescription', description)
  }

  setRemoteDescription(description: RtcDescription): Promise<unknown> {
    return this.#call('setRemoteDescription', description)
  }

  addIceCandidate(candidate: RtcCandidate): Promise<unknown> {
    return this.#call('addIceCandidate', candidate)
  }

  getStats(): Promise<{ forEach(visit: (entry: unknown) => void): void }> {
    return this.#call('getStats') as Promise<unknown[]>
  }

  addEventListener(type: string, listener: (event: RtcEvent) => void): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener])
  }

  close(): void {
    for (const channel of this.#channels.values()) channel.close()
    this.#end('closed')
    this.#post({ kind: 'close', peer: this.#number })
  }

  /** Takes what the page says of it. */
  receive(message: ToWorker): void {
    if (message.kind === 'channel') {
      this.#channels.get(message.id)?.arrived(message.channel)
    } else if (message.kind === 'event') {
      this.#state = message.state
      this.#fire(message.type, {
        candidate: (message.candidate as RtcCandidate | undefined) ?? null,
      })
    } else if (message.kind === 'failed') {
      this.#end('failed')
      this.#fire('connectionstatechange', {})
    } else {
      this.#state = message.state
      const call = this.#calls.get(message.number)
      this.#calls.delete(message.number)
      if (message.error === undefined) call?.resolve(message.value)
      else call?.reject(new Error(message.error))
    }
  }

  #call(call: Call, ...args: unknown[]): Promise<unknown> {
    const number = ++this.#count
    return new Promise((resolve, reject) => {
      this.#calls.set(number, { resolve, reject })
      this.#post({ kind: 'call', peer: this.#number, number, call, args })
    })
  }

  #end(connectionState: string): void {
    this.#state = { ...this.#state, connectionState }
    for (const { reject } of this.#calls.values())
      reject(new Error(`connection ${connectionState}`))
    this.#calls.clear()
    this.#closed()
  }

  #fire(type: string, event: RtcEvent): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event)
  }
}
