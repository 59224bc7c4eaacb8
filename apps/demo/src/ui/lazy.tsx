import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'

/** A component whose code is loaded when it is first shown. */
export function lazy(load: () => Promise<FunctionComponent>): FunctionComponent {
  let loaded: FunctionComponent | undefined
  return function Lazy() {
    const [Shown, show] = useState<FunctionComponent | undefined>(() => loaded)
    const [problem, setProblem] = useState('')
    useEffect(() => {
      if (loaded !== undefined) return
      load().then(
        (component) => {
          loaded = component
          show(() => component)
        },
        () => setProblem('This part of the page could not be loaded; open it again.'),
      )
    }, [])
    if (Shown !== undefined) return <Shown />
    return <p class="quiet pad">{problem || 'One moment…'}</p>
  }
}
