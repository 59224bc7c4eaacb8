import { ByteReader, ByteWriter, type Clock, type Unsubscribe } from '@pigeon/transport'
import type { PeerId } from '@pigeon/xor'
import type { HubRouter } from './hub-router.ts'
import { Seen } from './seen.ts'
import { Service } from './service.ts'

/** Parcels to one hub that may be without a receipt: what a second of relaying takes. */
const WINDOW = 4096

/** Bytes of those. */
const WINDOW_BYTES: number = 4 * 1024 * 1024

/** Receipts to one hub are gathered for so long, ms. */
const RECEIPT_DELAY_MS = 20

/** And at most so many. */
const RECEIPTS_AT_ONCE = 64

/** A parcel without a receipt is sent again after so long, then after twice as long, ms: links that are too busy are not made busier. */
const RESEND_MS = 1000

/** What has no receipt by then has failed, ms. */
const PARCEL_LIFE_MS = 4500

/** What became of a parcel: taken by its receiver; refused by it; no receipt came. */
export type Outcome = 'taken' | 'refused' | 'lost'

interface Sent {
  readonly body: Uint8Array
  readonly at: number
  sentAt: number
  /** How often it was sent again by the same way. */
  times: number
  readonly done: (outcome: Outcome) => void
}

interface Outbox {
  readonly hub: PeerId
  readonly unsettled: Map<number, Sent>
  nextSeq: number
  bytes: number
  /** The neighbour it was sent by last. */
  way: PeerId | undefined
}

interface Inbox {
  incarnation: number
  seen: Seen
  receipts: { seq: number; isTaken: boolean }[]
}

/** Options of {@link Courier}. */
export interface CourierOptions {
  readonly router: HubRouter
  readonly clock: Clock
  /** Takes a parcel. @returns whether it was good for anything here */
  readonly receive: (from: PeerId, body: Uint8Array) => boolean
}

/**
 * Brings messages to other hubs at most once, and says what became of each: sent again until there
 * is a receipt, by whatever way there is by then.
 *
 * Invariants: a parcel is received at most once in one life of its sender; every parcel is settled
 * within {@link PARCEL_LIFE_MS} and one second; with nothing on its way there is no timer.
 */
export class Courier {
  /** Parcels sent, sent again, received again, and not taken for want of room. */
  readonly stats: { sent: number; resent: number; repeated: number; refused: number } = {
    sent: 0,
    resent: 0,
    repeated: 0,
    refused: 0,
  }
  readonly #options: CourierOptions
  readonly #outboxes = new Map<PeerId, Outbox>()
  readonly #inboxes = new Map<PeerId, Inbox>()
  readonly #subscriptions: Unsubscribe[]
  #highestSeq = 0
  #cancelReceipts: (() => void) | undefined
  #cancelTick: (() => void) | undefined

  constructor(options: CourierOptions) {
    this.#options = options
    const { router } = options
    router.serve(Service.PARCEL, (from, body) => this.#parcel(from, body))
    router.serve(Service.RECEIPT, (from, body) => this.#receipt(from, body))
    this.#subscriptions = [router.on('routes', () => this.#waysChanged())]
  }

  /** Hubs that parcels are on their way to. */
  get waiting(): number {
    return this.#outboxes.size
  }

  /** Sends a parcel. @param done called once, not before this returns */
  send(to: PeerId, body: Uint8Array, done: (outcome: Outcome) => void): void {
    const { clock } = this.#options
    const outbox = this.#outboxes.get(to) ?? this.#newOutbox(to)
    if (outbox.unsettled.size >= WINDOW || outbox.bytes + body.length > WINDOW_BYTES) {
      this.stats.refused++
      clock.after(0, () => done('lost'))
      return
    }
    this.#outboxes.set(to, outbox)
    const seq = outbox.nextSeq++
    this.#highestSeq = Math.max(this.#highestSeq, seq)
    const now = clock.now()
    const sent: Sent = { body, at: now, sentAt: now, times: 0, done }
    outbox.unsettled.set(seq, sent)
    outbox.bytes += body.length
    this.stats.sent++
    this.#dispatch(outbox, seq, sent)
    this.#cancelTick ??= clock.after(RESEND_MS / 2, () => this.#tick())
  }

  close(): void {
    for (const unsubscribe of this.#subscriptions) unsubscribe()
    this.#cancelReceipts?.()
    this.#cancelTick?.()
    this.#outboxes.clear()
  }

  /** Its numbers begin above all that were ever used, whoever they were for. */
  #newOutbox(hub: PeerId): Outbox {
    const nextSeq = this.#highestSeq + 1
    return { hub, unsettled: new Map(), nextSeq, bytes: 0, way: undefined }
  }

  #dispatch(outbox: Outbox, seq: number, sent: Sent): void {
    const { router, clock } = this.#options
    const [oldest = seq] = outbox.unsettled.keys()
    sent.sentAt = clock.now()
    outbox.way = router.topology.nextHop(outbox.hub)
    const writer = new ByteWriter(32 + sent.body.length)
    writer
      .u64(router.incarnation)
      .varuint(seq)
      .varuint(seq - oldest)
      .raw(sent.body)
    router.send(outbox.hub, Service.PARCEL, writer.finish())
  }

  #parcel(from: PeerId, bytes: Uint8Array): void {
    let seq: number
    let body: Uint8Array
    let inbox: Inbox
    try {
      const reader = new ByteReader(bytes)
      const incarnation = reader.u64()
      seq = reader.varuint()
      const oldest = seq - reader.varuint(seq)
      body = reader.rest()
      inbox = this.#inbox(from, incarnation, oldest)
      if (incarnation < inbox.incarnation) return
      inbox.seen.raise(oldest)
    } catch {
      return
    }
    const fresh = inbox.seen.add(seq)
    if (fresh === 'far') return
    if (fresh === 'seen') this.stats.repeated++
    // Of a second copy no more is known than that the first was dealt with.
    const isTaken = fresh === 'seen' || this.#options.receive(from, body)
    inbox.receipts.push({ seq, isTaken })
    if (inbox.receipts.length >= RECEIPTS_AT_ONCE) this.#sendReceipts(from, inbox)
    else {
      this.#cancelReceipts ??= this.#options.clock.after(RECEIPT_DELAY_MS, () => {
        this.#cancelReceipts = undefined
        for (const [hub, each] of this.#inboxes) this.#sendReceipts(hub, each)
      })
    }
  }

  #inbox(from: PeerId, incarnation: number, oldest: number): Inbox {
    let inbox = this.#inboxes.get(from)
    if (inbox === undefined || inbox.incarnation < incarnation) {
      inbox = { incarnation, seen: new Seen(WINDOW, oldest), receipts: [] }
      this.#inboxes.set(from, inbox)
      this.#trimInboxes()
    }
    return inbox
  }

  /** Hubs that are gone need none; there are never more than those known. */
  #trimInboxes(): void {
    const { topology } = this.#options.router
    for (const hub of this.#inboxes.keys()) {
      if (this.#inboxes.size <= 512) return
      if (!topology.isReachable(hub)) this.#inboxes.delete(hub)
    }
  }

  #sendReceipts(hub: PeerId, inbox: Inbox): void {
    const { receipts, incarnation } = inbox
    if (receipts.length === 0) return
    const writer = new ByteWriter(16 + receipts.length * 6).u64(incarnation)
    for (const { seq, isTaken } of receipts) writer.varuint(seq).u8(isTaken ? 1 : 0)
    inbox.receipts = []
    this.#options.router.send(hub, Service.RECEIPT, writer.finish())
  }

  #receipt(from: PeerId, bytes: Uint8Array): void {
    const outbox = this.#outboxes.get(from)
    if (outbox === undefined) return
    try {
      const reader = new ByteReader(bytes)
      if (reader.u64() !== this.#options.router.incarnation) return
      while (reader.remaining > 0) {
        const seq = reader.varuint()
        this.#settle(outbox, seq, reader.u8() === 1 ? 'taken' : 'refused')
      }
    } catch {
      return
    }
  }

  #settle(outbox: Outbox, seq: number, outcome: Outcome): void {
    const sent = outbox.unsettled.get(seq)
    if (sent === undefined) return
    outbox.unsettled.delete(seq)
    outbox.bytes -= sent.body.length
    if (outbox.unsettled.size === 0) this.#outboxes.delete(outbox.hub)
    sent.done(outcome)
  }

  #tick(): void {
    this.#cancelTick = undefined
    const now = this.#options.clock.now()
    for (const outbox of [...this.#outboxes.values()]) {
      for (const [seq, sent] of [...outbox.unsettled]) {
        if (now - sent.at >= PARCEL_LIFE_MS) this.#settle(outbox, seq, 'lost')
        else if (now - sent.sentAt >= RESEND_MS * 2 ** sent.times) {
          sent.times++
          this.#again(outbox, seq, sent)
        }
      }
    }
    if (this.#outboxes.size === 0) return
    this.#cancelTick = this.#options.clock.after(RESEND_MS / 2, () => this.#tick())
  }

  /** What was sent by another way may be lost with it. */
  #waysChanged(): void {
    const { topology } = this.#options.router
    for (const outbox of this.#outboxes.values()) {
      const way = topology.nextHop(outbox.hub)
      if (way === undefined || way === outbox.way) continue
      for (const [seq, sent] of outbox.unsettled) {
        // The new way may lead over a link whose end is not known yet: it, too, is given a second chance.
        sent.times = 0
        this.#again(outbox, seq, sent)
      }
    }
  }

  #again(outbox: Outbox, seq: number, sent: Sent): void {
    this.stats.resent++
    this.#dispatch(outbox, seq, sent)
  }
}
