import { render } from 'preact'
import { Chat } from './chat.tsx'
import { NetworkView } from './network-view.tsx'
import { placeOf } from './place.ts'
import { join, nodes, self, shortId, status } from './state.ts'

function App() {
  const count = nodes.value.length
  return (
    <>
      <header>
        <h1>Pigeon</h1>
        <p role="status" aria-live="polite">
          {status.value}
          {self.value &&
            ` · you are ${shortId(self.value)} · ${count} ${count === 1 ? 'peer' : 'peers'}`}
        </p>
      </header>
      <main>
        <NetworkView />
        <Chat />
      </main>
    </>
  )
}

const developing = (import.meta as { env?: { DEV?: boolean } }).env?.DEV === true
render(<App />, document.getElementById('app') as HTMLElement)
void join(placeOf(new URL(location.href), developing))
