import { press } from '../ui/press.ts'
import { signal } from '../ui/signal.ts'
import { closeExtras, extras, openMore } from './extra-peers.ts'
import { self } from './session.ts'

const isBusy = signal(false)

/** Fills the network, for those who are alone with it. */
export function MorePeers() {
  const count = extras.value.length
  return (
    <>
      {count > 0 && (
        <button type="button" onClick={() => void closeExtras()}>
          Close the {count} extra
        </button>
      )}
      <button type="button" {...press(self.value !== undefined && !isBusy.value, open)}>
        Open five more peers
      </button>
    </>
  )
}

async function open(): Promise<void> {
  isBusy.value = true
  await openMore()
  isBusy.value = false
}
