import './ring.css'
import { nodes } from '../network/picture.ts'
import { self } from '../session/session.ts'
import { shortId } from '../session/short-id.ts'
import { toneOf } from '../ui/tone.ts'
import { nameCircles, pointAt, turnOf } from './circle.ts'
import { get, isBusy, type KeyRow, keys, outcome, put } from './keys.ts'

const RADIUS = 100

/** Where peers and keys stand on the ring of ids, and who keeps what. */
export function Ring() {
  return (
    <div class="stack pad">
      <RingDrawing />
      <KeyForm />
      <p class="quiet" role="status">
        {outcome.value ||
          'A value is kept by the peers whose ids are nearest to the places of its key.'}
      </p>
      <ul class="plain" aria-label="Keys">
        {keys.value.map((row) => (
          <Key key={row.name} row={row} />
        ))}
      </ul>
    </div>
  )
}

function KeyForm() {
  const read = (form: HTMLFormElement, name: string) =>
    String(new FormData(form).get(name) ?? '').trim()
  return (
    <form
      class="bare"
      onSubmit={(event) => {
        event.preventDefault()
        const [name, value] = [
          read(event.currentTarget, 'name'),
          read(event.currentTarget, 'value'),
        ]
        if (name !== '' && !isBusy.value) void (value === '' ? get(name) : put(name, value))
      }}
    >
      <input name="name" maxLength={60} placeholder="key" aria-label="Key" autocomplete="off" />
      <input
        name="value"
        maxLength={1000}
        placeholder="value, or nothing to read it"
        aria-label="Value"
        autocomplete="off"
      />
      <button type="submit" class="main" aria-disabled={isBusy.value}>
        Put or get
      </button>
    </form>
  )
}

function RingDrawing() {
  const [shown] = keys.value
  const circles = nameCircles(nodes.value.map(({ peerId }) => turnOf(peerId)))
  return (
    <svg class="ring" viewBox="-190 -128 380 256" role="img" aria-label={describe(shown)}>
      <circle class="orbit" r={RADIUS} />
      {shown?.places.flatMap(({ at, holders }) =>
        holders.map((holder) => {
          const [from, to] = [pointAt(turnOf(at), RADIUS - 22), pointAt(turnOf(holder), RADIUS)]
          return (
            <line key={at + holder} class="keeps" x1={from.x} y1={from.y} x2={to.x} y2={to.y} />
          )
        }),
      )}
      {shown?.places.map(({ at }) => {
        const { x, y } = pointAt(turnOf(at), RADIUS - 22)
        return (
          <path key={at} class="key" d="M0,-6 6,0 0,6 -6,0Z" transform={`translate(${x} ${y})`} />
        )
      })}
      {nodes.value.map(({ peerId }, index) => {
        const at = pointAt(turnOf(peerId), RADIUS)
        // Names are wider than high.
        const apart = 12 + Math.abs(at.x) * 0.18
        const text = pointAt(turnOf(peerId), RADIUS + 14 + (circles[index] ?? 0) * apart)
        const isSelf = peerId === self.value
        const holds = shown?.places.some(({ holders }) => holders.includes(peerId))
        const anchor = Math.abs(text.x) < 20 ? 'middle' : text.x > 0 ? 'start' : 'end'
        return (
          <g
            key={peerId}
            class={`ring-peer ${toneOf(peerId)}${isSelf ? ' self' : ''}${holds ? ' holds' : ''}`}
          >
            <circle cx={at.x} cy={at.y} r={holds ? 7 : 5} />
            <text x={text.x} y={text.y + 3} text-anchor={anchor}>
              {isSelf ? 'you' : peerId.slice(0, 4)}
            </text>
          </g>
        )
      })}
    </svg>
  )
}

function Key({ row: { name, value, places } }: { row: KeyRow }) {
  return (
    <li>
      <b>{name}</b> = {value}
      <ol class="places">
        {places.map(({ at, path, holders }) => (
          <li key={at}>
            place <code>{shortId(at)}</code>, {away(path.length - 1)}, kept by{' '}
            {holders.map(shortId).join(', ') || 'nobody'}
          </li>
        ))}
      </ol>
    </li>
  )
}

function away(hops: number): string {
  if (hops <= 0) return 'here'
  return hops === 1 ? '1 hop away' : `${hops} hops away`
}

function describe(row: KeyRow | undefined): string {
  const peers = `The ring of ids with ${nodes.value.length} peers`
  if (row === undefined) return peers
  const holders = new Set(row.places.flatMap((place) => place.holders))
  return `${peers}; “${row.name}” is kept by ${holders.size} of them`
}
