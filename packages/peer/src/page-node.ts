import type { PageEvents } from './page-browser.ts'

/** Watches the page: there is none in Node, where the program decides when to leave. */
export function watchPage(_events: PageEvents): () => void {
  return () => {}
}
