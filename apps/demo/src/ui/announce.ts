import { signal } from './signal.ts'

/** What a screen reader says next. */
export const announcement = signal('')

/** Tells people who do not see the page. */
export function announce(text: string): void {
  announcement.value = text
}
