import type { End, EndKind } from './end.ts'

/** Messages of a round trip have this many bytes; the first byte of all others is not 1. */
const PING_BYTES = 64

/** An end, and what is done with what it receives at the moment. */
interface Held {
  readonly end: End
  readonly kind: EndKind
  received: (message: Uint8Array) => void
}

/** What a process or page can be told. */
export type StationCommands = ReturnType<typeof station>

/** Ends of connections, driven from outside; the other ends are at another station. */
export function station(kinds: Readonly<Record<string, EndKind>>) {
  const ends = new Map<string, Held>()
  const signals = new Map<string, unknown[]>()
  const wakers = new Map<string, () => void>()
  const find = (id: string) => ends.get(id) as Held

  return {
    create(id: string, kindName: string, dial: boolean): void {
      const kind = kinds[kindName] as EndKind
      const outgoing: unknown[] = []
      signals.set(id, outgoing)
      const end = kind.create(dial, (signal) => {
        outgoing.push(JSON.parse(JSON.stringify(signal)))
        wakers.get(id)?.()
      })
      const one: Held = { end, kind, received: () => {} }
      end.received((message) => one.received(message))
      ends.set(id, one)
    },

    /** The signals since the last call; waits for some. */
    async signals(id: string): Promise<unknown[]> {
      const outgoing = signals.get(id) ?? []
      if (outgoing.length === 0) {
        await new Promise<void>((resolve) => {
          wakers.set(id, resolve)
          setTimeout(resolve, 200)
        })
      }
      return outgoing.splice(0)
    },

    give(id: string, incoming: unknown[]): void {
      for (const signal of incoming) ends.get(id)?.end.signal(signal)
    },

    async opened(id: string): Promise<void> {
      await find(id).end.opened
    },

    /** Sends so many bytes. @returns ms until the other end has said that all arrived */
    async pump(id: string, messageBytes: number, totalBytes: number): Promise<number> {
      const one = find(id)
      const { end, kind } = one
      const acknowledged = new Promise<void>((resolve) => {
        one.received = () => resolve()
      })
      const startedAt = performance.now()
      for (let left = totalBytes; left > 0; left -= messageBytes) {
        const message = new Uint8Array(messageBytes)
        for (let at = 0; at < messageBytes; at += kind.maxMessageBytes) {
          const piece = message.subarray(at, at + kind.maxMessageBytes)
          while (!(await end.send(piece))) {
            await new Promise<void>((resolve) => end.drained(resolve))
          }
        }
      }
      await acknowledged
      return performance.now() - startedAt
    },

    /** Says so once so many bytes have come; answers pings. */
    sink(id: string, totalBytes: number): void {
      const one = find(id)
      let received = 0
      one.received = (message) => {
        if (message[0] === 1) {
          void one.end.send(Uint8Array.from(message))
          return
        }
        received += message.length
        if (received === totalBytes) void one.end.send(Uint8Array.of(2))
      }
    },

    /** Round trips one after the other, ms, sorted. */
    async pings(id: string, count: number): Promise<number[]> {
      const one = find(id)
      let answered: () => void = () => {}
      one.received = () => answered()
      const times: number[] = []
      const ping = new Uint8Array(PING_BYTES)
      ping[0] = 1
      for (let done = 0; done < count; done++) {
        const startedAt = performance.now()
        const answer = new Promise<void>((resolve) => {
          answered = resolve
        })
        await one.end.send(ping.slice())
        await answer
        times.push(performance.now() - startedAt)
      }
      return times.sort((a, b) => a - b)
    },

    async close(id: string): Promise<void> {
      const { end } = find(id)
      ends.delete(id)
      await end.close()
    },

    /** Opens so many pairs at once within this station. @returns ms until all are open */
    async openPairs(kindName: string, count: number): Promise<{ ms: number; close: string }> {
      const kind = kinds[kindName] as EndKind
      const startedAt = performance.now()
      const pairs = Array.from({ length: count }, () => {
        const a: End = kind.create(true, (signal) => queueMicrotask(() => b.signal(signal)))
        const b: End = kind.create(false, (signal) => queueMicrotask(() => a.signal(signal)))
        return [a, b] as const
      })
      await Promise.all(pairs.flat().map(({ opened }) => opened))
      const ms = performance.now() - startedAt
      const id = `pairs-${startedAt}`
      held.set(id, pairs.flat())
      return { ms, close: id }
    },

    async closePairs(id: string): Promise<void> {
      await Promise.all((held.get(id) ?? []).map((end) => end.close()))
      held.delete(id)
    },
  }
}

/** Pairs that stay open until they are told. */
const held = new Map<string, End[]>()
