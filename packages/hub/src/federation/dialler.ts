import { CLOSE_ABNORMAL, type SocketConnector } from '@pigeon/signaling-protocol'
import { type Clock, Emitter, type Random, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import { HUB_SUBPROTOCOL, type HubLinkEnd, type HubSocket } from './hub-socket.ts'
import type { SocketLinks } from './socket-links.ts'

/** What waits between attempts grow to, ms. */
const MAX_WAIT_MS = 30_000

/** Addresses that are dialled at most. */
const MAX_TARGETS = 64

/** What is known of one address that this hub dials. */
export interface DialTarget {
  readonly uri: string
  /** It was named by the operator; others follow from what hubs tell. */
  readonly isBootstrap: boolean
  /** The hub there, once it said so. */
  readonly hub: PeerId | undefined
  readonly isConnected: boolean
  /** When it was dialled last, ms since the Unix epoch; 0 for never. */
  readonly lastAttempt: number
  /** Attempts since it was connected last. */
  readonly attemptNumber: number
}

interface Target {
  readonly uri: string
  isBootstrap: boolean
  hub: PeerId | undefined
  link: HubSocket | undefined
  isConnected: boolean
  lastAttempt: number
  attemptNumber: number
  /** Not dialled until something else happens: it is this hub, or it goes on over other links. */
  isParked: boolean
  cancel: () => void
}

/** What happens on a {@link Dialler}. */
export interface DiallerEvents {
  connected: (event: { uri: string; hub: PeerId; isBootstrap: boolean }) => void
  disconnected: (event: {
    uri: string
    code: number
    reason: string
    end: HubLinkEnd
    isBootstrap: boolean
    wasConnected: boolean
  }) => void
  /** No more attempts are made. */
  gaveUp: (event: { uri: string; attempts: number }) => void
}

/** Options of {@link Dialler}. */
export interface DiallerOptions {
  readonly links: SocketLinks
  readonly connect: SocketConnector
  readonly clock: Clock
  readonly random: Random
  /** The first wait after a failure; each further one is twice as long, up to 30 s. Default 5 s. */
  readonly reconnectIntervalMs?: number | undefined
  /** Failures in a row after which an address is given up. Default 10. */
  readonly maxReconnectAttempts?: number | undefined
}

/** Keeps links to addresses: dials them, and dials again with growing waits, never itself. */
export class Dialler {
  readonly #options: DiallerOptions
  readonly #targets = new Map<string, Target>()
  readonly #events = new Emitter<DiallerEvents>()
  readonly #off: Unsubscribe
  #isPaused = false

  constructor(options: DiallerOptions) {
    this.#options = options
    // A link that stood in for one of ours is gone.
    this.#off = options.links.on('down', (hub) => {
      for (const target of this.#targets.values()) {
        if (target.hub === hub && target.isParked && target.link === undefined)
          this.wake(target.uri)
      }
    })
  }

  get targets(): DialTarget[] {
    return [...this.#targets.values()]
  }

  on<E extends keyof DiallerEvents>(event: E, listener: DiallerEvents[E]): Unsubscribe {
    return this.#events.on(event, listener)
  }

  /** Dials an address now and keeps a link to it. Does nothing if it does already. */
  add(uri: string, isBootstrap: boolean): void {
    const known = this.#targets.get(uri)
    if (known !== undefined) {
      known.isBootstrap ||= isBootstrap
      return
    }
    if (this.#targets.size >= MAX_TARGETS) return
    const target: Target = {
      ...{ uri, isBootstrap, hub: undefined, link: undefined, isConnected: false },
      ...{ lastAttempt: 0, attemptNumber: 0, isParked: false, cancel: () => {} },
    }
    this.#targets.set(uri, target)
    if (!this.#isPaused) this.#dial(target)
  }

  /** Ends the link to an address and forgets it. */
  remove(uri: string): void {
    const target = this.#targets.get(uri)
    if (target === undefined) return
    this.#targets.delete(uri)
    target.cancel()
    target.link?.close('BYE')
  }

  /** Dials an address at once, unless it is connected or being dialled. */
  wake(uri: string): void {
    const target = this.#targets.get(uri)
    if (target === undefined || this.#isPaused || target.link !== undefined) return
    target.isParked = false
    target.attemptNumber = 0
    target.cancel()
    this.#dial(target)
  }

  /** Dials nobody until {@link resume}, and gives up attempts under way; links stay. */
  pause(): void {
    this.#isPaused = true
    for (const target of this.#targets.values()) {
      target.cancel()
      if (!target.isConnected) target.link?.close('MIGRATED')
    }
  }

  resume(): void {
    this.#isPaused = false
    for (const { uri, hub } of this.targets) if (hub !== this.#options.links.self) this.wake(uri)
  }

  close(): void {
    this.#off()
    for (const { uri } of this.targets) this.remove(uri)
    this.#events.clear()
  }

  #dial(target: Target): void {
    const { connect, links, clock } = this.#options
    target.lastAttempt = clock.now()
    const link = links.dial(connect(target.uri, [HUB_SUBPROTOCOL]))
    target.link = link
    link.on('open', ({ id }) => {
      target.hub = id
      // Another link may have been preferred to this one.
      target.isConnected = true
      target.attemptNumber = 0
      const { uri, isBootstrap } = target
      this.#events.emit('connected', { uri, hub: id, isBootstrap })
    })
    link.on('close', (end, code, reason) => this.#closed(target, link, { end, code, reason }))
  }

  #closed(
    target: Target,
    link: HubSocket,
    { end, code, reason }: { end: HubLinkEnd; code: number; reason: string },
  ): void {
    const { links } = this.#options
    const wasConnected = target.isConnected
    target.hub = link.remote?.id ?? target.hub
    target.link = undefined
    target.isConnected = false
    const { uri, isBootstrap, hub } = target
    const stands = end === 'DUPLICATE' && hub !== undefined && links.neighbours.has(hub)
    this.#events.emit('disconnected', {
      ...{ uri, reason, end, isBootstrap, wasConnected },
      code: code === 0 ? CLOSE_ABNORMAL : code,
    })
    if (!this.#targets.has(uri)) return
    if (end === 'SELF' || end === 'MIGRATED' || stands || hub === links.self) {
      target.isParked = true
      return
    }
    this.#again(target)
  }

  #again(target: Target): void {
    const { clock, random, reconnectIntervalMs = 5000, maxReconnectAttempts = 10 } = this.#options
    target.attemptNumber++
    const { uri, attemptNumber } = target
    if (attemptNumber >= maxReconnectAttempts) {
      target.isParked = true
      this.#events.emit('gaveUp', { uri, attempts: attemptNumber })
      return
    }
    if (this.#isPaused) return
    const top = Math.min(MAX_WAIT_MS, reconnectIntervalMs * 2 ** Math.min(attemptNumber - 1, 16))
    const [byte = 0] = random.fill(new Uint8Array(1))
    // Half of the wait at least, so that a hub that is down is not hammered.
    target.cancel = clock.after((top * (1 + byte / 255)) / 2, () => this.#dial(target))
  }
}
