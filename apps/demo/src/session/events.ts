import type { PigeonMesh } from '@pigeon/peer'
import { EventRecord } from '@pigeon/peer/event-record'

/** What happened to the peer of this page, for the inspector; nothing before it has joined. */
export let events: EventRecord | undefined

/** Writes down something that the page itself did, or saw. */
export function record(name: string, detail: Readonly<Record<string, unknown>> = {}): void {
  events?.add(name, detail)
}

/** Writes down what happens on a mesh from now on. */
export function recordEvents(mesh: PigeonMesh): void {
  events = new EventRecord(mesh)
}
