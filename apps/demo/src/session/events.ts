import type { PigeonMesh, PigeonMeshEvents } from '@pigeon/peer'
import { signal } from '../ui/signal.ts'

/** Events kept for the inspector; of more, the oldest go. */
const MAX_EVENTS = 300

/** Something that happened to this peer. */
export interface LoggedEvent {
  readonly key: number
  /** When, ms since the page was opened. */
  readonly at: number
  readonly name: string
  /** What comes with it, without what people wrote. */
  readonly detail: Readonly<Record<string, unknown>>
}

const NAMES: readonly (keyof PigeonMeshEvents)[] = [
  'connected',
  'disconnected',
  'peerDiscovered',
  'peerConnected',
  'peerDisconnected',
  'peerFailed',
  'peerReconnecting',
  'peerReconnected',
  'peerEvicted',
  'warning',
  'messageReceived',
  'messageDelivered',
  'messageFailed',
]

let count = 0

/** What happened, the latest first. */
export const events = signal<readonly LoggedEvent[]>([])

/** Writes down something that the page itself did, or saw. */
export function record(name: string, detail: Readonly<Record<string, unknown>> = {}): void {
  const entry = { key: count++, at: performance.now(), name, detail }
  events.value = [entry, ...events.value].slice(0, MAX_EVENTS)
}

/** Writes down what happens on a mesh from now on. */
export function recordEvents(mesh: PigeonMesh): void {
  for (const name of NAMES) {
    mesh.on(name, (event: object = {}) => {
      const { content: _, ...detail } = event as Record<string, unknown>
      record(name, detail)
    })
  }
}
