import type { PeerId } from '@pigeon/peer'
import { equipment } from '../layers/equipment.ts'
import { explain } from '../session/session.ts'
import { signal } from '../ui/signal.ts'

/** Keys shown at most; of more, the oldest go. */
const MAX_KEYS = 12

/** Places a key has on the ring. */
const PLACES = 3

/** One of the places of a key. */
interface Place {
  readonly at: PeerId
  /** From this peer to the one that keeps it. */
  readonly path: readonly PeerId[]
  readonly holders: readonly PeerId[]
}

/** A key that this page wrote or read. */
export interface KeyRow {
  readonly name: string
  readonly value: string
  readonly places: readonly Place[]
}

export const keys = signal<readonly KeyRow[]>([])
/** How the last thing went. */
export const outcome = signal('')
export const isBusy = signal(false)

/** Writes a value that anybody may change, and shows where it lives. */
export function put(name: string, value: string): Promise<void> {
  return work(async () => {
    await equipment.value?.table.put(name, value, { anybody: true })
    await look(name, value)
    return `“${name}” is stored`
  })
}

/** Reads a value, and shows where it lives. */
export function get(name: string): Promise<void> {
  return work(async () => {
    const entry = await equipment.value?.table.get(name, { owner: 'anybody' })
    if (entry === undefined) return `Nobody has “${name}”`
    const value = typeof entry.value === 'string' ? entry.value : JSON.stringify(entry.value)
    await look(name, value)
    return `“${name}” is “${value}”`
  })
}

async function look(name: string, value: string): Promise<void> {
  const table = equipment.value?.table
  const found = await Promise.all(
    Array.from({ length: PLACES }, (_, place) => table?.explore(name, { owner: 'anybody', place })),
  )
  const places = found.flatMap((one) => {
    if (one === undefined) return []
    const holders = one.replicas.filter(({ holds }) => holds).map(({ id }) => id)
    return [{ at: one.place, path: one.path, holders }]
  })
  const row = { name, value, places }
  keys.value = [row, ...keys.value.filter((one) => one.name !== name)].slice(0, MAX_KEYS)
}

async function work(run: () => Promise<string>): Promise<void> {
  isBusy.value = true
  try {
    outcome.value = await run()
  } catch (error) {
    outcome.value = explain(error)
  }
  isBusy.value = false
}
