import type { Clock } from '@pigeon/transport'
import { watchPage } from '#page'
import { onThaw } from './thaw.ts'

/** Links that broke meanwhile say so in the first moments after waking: then it is looked again, ms. */
const AGAIN_MS = 500

/**
 * Calls `wake` whenever links may have broken without a word: the page is shown again, the network
 * is back, or nothing could run for a while; and once more soon after.
 * @param leave is called when the page is about to be gone
 * @returns ends it
 */
export function watchWakeUps(clock: Clock, wake: () => void, leave: () => void): () => void {
  let cancelAgain = () => {}
  const woken = () => {
    cancelAgain()
    cancelAgain = clock.after(AGAIN_MS, wake)
    wake()
  }
  const ends = [watchPage({ leave, wake: woken }), onThaw(clock, woken)]
  return () => {
    cancelAgain()
    for (const end of ends) end()
  }
}
