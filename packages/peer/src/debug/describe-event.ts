import type { PigeonMeshEvents } from '../events.ts'

/** Something that happens on a mesh. */
export type EventName = keyof PigeonMeshEvents

/** What comes with an event, without what people wrote; of bytes and text, how much it was. */
export function describeEvent(event: object = {}): Readonly<Record<string, unknown>> {
  const { content, ...detail } = event as Readonly<Record<string, unknown>>
  if (content instanceof Uint8Array) return { ...detail, bytes: content.length }
  if (typeof content === 'string') return { ...detail, characters: content.length }
  return detail
}
