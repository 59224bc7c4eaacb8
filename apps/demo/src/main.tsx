import { render } from 'preact'
import { App } from './app.tsx'
import { hear } from './chat/lines.ts'
import { watchNetwork } from './network/picture.ts'
import { placeOf } from './session/place.ts'
import { join, mesh } from './session/session.ts'
import { drawWith } from './ui/signal.ts'

const developing = (import.meta as { env?: { DEV?: boolean } }).env?.DEV === true
const root = document.getElementById('app') as HTMLElement
drawWith(() => render(<App />, root))

mesh.subscribe((joined) => {
  if (joined === undefined) return
  hear(joined)
  watchNetwork(joined)
  void import('./layers/layers.ts').then(({ openLayers }) => openLayers(joined))
})
void import('./ui/keep-focus.ts').then(({ keepFocus }) => keepFocus(root))
void join(placeOf(new URL(location.href), developing))
