import { nodes } from '../network/picture.ts'
import { signal } from '../ui/signal.ts'

/** What the program beside the hub says of itself. */
export interface About {
  /** Where other machines reach the page. */
  readonly addresses: readonly string[]
  /** Whether it serves the documentation, too. */
  readonly hasDocs: boolean
}

export const about = signal<About | undefined>(undefined)

/** Asks as soon as there is such a program. */
export function learnAbout(ask: () => Promise<unknown>): void {
  let isAsked = false
  nodes.subscribe((known) => {
    if (isAsked || !known.some(({ label }) => label === 'Node')) return
    isAsked = true
    ask().then(
      (answer) => {
        const { addresses, hasDocs } = (answer ?? {}) as { addresses?: unknown; hasDocs?: unknown }
        const list = Array.isArray(addresses) ? addresses : []
        about.value = {
          addresses: list.filter((one) => typeof one === 'string' && /^https?:\/\//.test(one)),
          hasDocs: hasDocs === true,
        }
      },
      () => {
        // The next picture may have one that answers.
        isAsked = false
      },
    )
  })
}
