import type { PeerId } from '@pigeon/peer'
import { lines } from './chat/lines.ts'
import { about } from './layers/about.ts'
import { isTable } from './network/is-table.ts'
import { nodes } from './network/picture.ts'
import { failed, hub, join, self, status, where } from './session/session.ts'
import { shortId } from './session/short-id.ts'
import { announcement } from './ui/announce.ts'
import { lazy } from './ui/lazy.tsx'
import { signal } from './ui/signal.ts'
import { type Tab, Tabs } from './ui/tabs.tsx'

const open = signal('chat')
const isInspecting = signal(false)
const seenLines = signal(0)

const NetworkView = lazy(async () => {
  const { NetworkView } = await import('./network/network-view.tsx')
  return () => <NetworkView onFiles={drop} />
})
const Chat = lazy(async () => (await import('./chat/chat.tsx')).Chat)
const NetworkTable = lazy(async () => (await import('./network/network-table.tsx')).NetworkTable)
const Legend = lazy(async () => (await import('./network/legend.tsx')).Legend)
const ChaosBar = lazy(async () => (await import('./chaos/chaos-bar.tsx')).ChaosBar)
const Inspector = lazy(async () => (await import('./inspector/inspector.tsx')).Inspector)
const MorePeers = lazy(async () => (await import('./session/more-peers.tsx')).MorePeers)

const TABS: readonly Tab[] = [
  { id: 'chat', title: 'Chat', Panel: Chat, badge: unread },
  {
    id: 'files',
    title: 'Files',
    Panel: lazy(async () => (await import('./files/files.tsx')).Files),
  },
  {
    id: 'video',
    title: 'Video',
    Panel: lazy(async () => (await import('./video/video.tsx')).Video),
  },
  {
    id: 'document',
    title: 'Document',
    Panel: lazy(async () => (await import('./document/document.tsx')).Document),
  },
  {
    id: 'volunteer',
    title: 'Volunteer',
    Panel: lazy(async () => (await import('./volunteer/volunteer.tsx')).VolunteerPanel),
  },
  { id: 'ring', title: 'Ring', Panel: lazy(async () => (await import('./ring/ring.tsx')).Ring) },
  {
    id: 'invite',
    title: 'Invite',
    Panel: lazy(async () => (await import('./invite/invite.tsx')).Invite),
  },
]

/** The whole page. */
export function App() {
  return (
    <>
      <Header />
      <main>
        <section class="card network" aria-label="Network">
          <ChaosBar />
          {isTable.value ? <NetworkTable /> : <NetworkView />}
          <Legend />
        </section>
        <Tabs tabs={TABS} open={open} />
      </main>
      {isInspecting.value && <Inspector />}
      <p class="unseen" aria-live="polite">
        {announcement.value}
      </p>
    </>
  )
}

function Header() {
  const count = nodes.value.length
  return (
    <header>
      <h1>Pigeon</h1>
      <p role="status" aria-live="polite" class={hub.value ? 'up' : 'down'}>
        {status.value}
        {self.value &&
          ` · you are ${shortId(self.value)} · ${count} ${count === 1 ? 'peer' : 'peers'}`}
      </p>
      <div class="row">
        {failed.value && (
          <button type="button" class="main" onClick={() => void join(where.value)}>
            Try again
          </button>
        )}
        {about.value?.hasDocs && (
          <a class="button" href="./docs/index.html">
            Docs
          </a>
        )}
        <MorePeers />
        <button
          type="button"
          aria-expanded={isInspecting.value}
          onClick={() => {
            isInspecting.value = !isInspecting.value
          }}
        >
          Inspector
        </button>
      </div>
    </header>
  )
}

const readLines = (): void => {
  if (open.value === 'chat') seenLines.value = lines.value.length
}
lines.subscribe(readLines)
open.subscribe(readLines)

/** Lines that came while the chat was not shown. */
function unread(): number {
  return Math.max(0, lines.value.length - seenLines.value)
}

async function drop(to: PeerId, files: readonly File[]): Promise<void> {
  open.value = 'files'
  const { offer } = await import('./files/transfers.ts')
  offer(to, files)
}
