import './inspector.css'
import type { Diagnosis, MeshStats } from '@pigeon/peer'
import { events } from '../session/events.ts'
import { explain, mesh, where } from '../session/session.ts'
import { shortId } from '../session/short-id.ts'
import { signal } from '../ui/signal.ts'
import { bytes, seconds } from '../ui/units.ts'

const diagnosis = signal<Diagnosis | undefined>(undefined)
const stats = signal<MeshStats | undefined>(undefined)
const state = signal('')

/** What happened, what the links do, and what is wrong. */
export function Inspector() {
  return (
    <section class="card inspector" aria-label="Inspector">
      <div class="row spread pad">
        <h2>Inspector</h2>
        <div class="row">
          <span class="quiet" role="status">
            {state.value}
          </span>
          <button type="button" class="main" onClick={() => void diagnose()}>
            Diagnose
          </button>
          <button type="button" onClick={() => void copyAll()}>
            Copy as JSON
          </button>
        </div>
      </div>
      <div class="columns">
        <div class="column">
          <h3>Diagnosis</h3>
          <Findings />
        </div>
        <div class="column">
          <h3>Events</h3>
          <EventList />
        </div>
      </div>
    </section>
  )
}

function Findings() {
  const found = diagnosis.value
  if (found === undefined) return <p class="quiet">Press “Diagnose” to try hubs and servers.</p>
  return (
    <>
      <ul class="plain">
        {found.problems.length === 0 && <li>Nothing is wrong.</li>}
        {found.problems.map(({ code, message, hint }) => (
          <li key={code + message}>
            <code>{code}</code> {message}. <span class="quiet">{hint}</span>
          </li>
        ))}
      </ul>
      <h3>Links</h3>
      <ul class="plain">
        {stats.value?.peers.map(({ peerId, rttMs, route, sentBytes, receivedBytes, isRelayed }) => (
          <li key={peerId}>
            <code>{shortId(peerId)}</code>{' '}
            {rttMs === undefined ? 'silent' : `${rttMs.toFixed(1)} ms`},{' '}
            {isRelayed ? 'through a relay' : (route ?? 'direct')}, {bytes(sentBytes)} sent,{' '}
            {bytes(receivedBytes)} received
          </li>
        ))}
      </ul>
    </>
  )
}

function EventList() {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <ol class="plain events" tabIndex={0} aria-label="Events, the latest first">
      {events.value.map(({ key, at, name, detail }) => (
        <li key={key}>
          <time>{seconds(at)}</time> <b>{name}</b> <code>{short(detail)}</code>
        </li>
      ))}
    </ol>
  )
}

/** Details in a line, ids cut short. */
function short(detail: Readonly<Record<string, unknown>>): string {
  const text = JSON.stringify(detail, (_, value) => {
    if (typeof value === 'number') return Math.round(value * 10) / 10
    return typeof value === 'string' && /^[0-9a-f]{40}$/.test(value) ? shortId(value) : value
  })
  return text.slice(1, -1).replaceAll('"', '').replaceAll(',', ', ')
}

async function diagnose(): Promise<void> {
  state.value = 'Trying…'
  try {
    const [found, now] = await Promise.all([mesh.value?.diagnose(), mesh.value?.stats()])
    diagnosis.value = found
    stats.value = now
    state.value = found === undefined ? 'Not joined yet' : countOf(found.problems.length)
  } catch (error) {
    state.value = explain(error)
  }
}

const countOf = (problems: number): string =>
  problems === 1 ? '1 finding' : `${problems} findings`

async function copyAll(): Promise<void> {
  const report = {
    where: where.value,
    peerId: mesh.value?.peerId,
    stats: await mesh.value?.stats(),
    connectivity: mesh.value?.debugConnectivity(),
    diagnosis: diagnosis.value,
    events: events.value,
  }
  await navigator.clipboard.writeText(JSON.stringify(report, undefined, 2))
  state.value = 'Copied'
}
