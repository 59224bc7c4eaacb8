import type { FunctionComponent } from 'preact'
import { signal } from './signal.ts'

/** After a failure it is tried again, at the earliest after so long, ms. */
const RETRY_MS = 3000

/** A component whose code is loaded when it is first shown. */
export function lazy(load: () => Promise<FunctionComponent>): FunctionComponent {
  const shown = signal<FunctionComponent | undefined>(undefined)
  const problem = signal('')
  let isAsked = false
  const ask = (): void => {
    if (isAsked) return
    isAsked = true
    load().then(
      (component) => {
        shown.value = component
      },
      () => {
        problem.value = 'This part of the page could not be loaded; it is tried again.'
        setTimeout(() => {
          isAsked = false
          ask()
        }, RETRY_MS)
      },
    )
  }
  return function Lazy() {
    const { value: Shown } = shown
    if (Shown !== undefined) return <Shown />
    ask()
    return <p class="quiet pad">{problem.value || 'One moment…'}</p>
  }
}
