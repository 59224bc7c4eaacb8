import './volunteer.css'
import '../ui/progress.css'
import { useEffect, useRef } from 'preact/hooks'
import { where } from '../session/session.ts'
import { shortId } from '../session/short-id.ts'
import { press } from '../ui/press.ts'
import { seconds } from '../ui/units.ts'
import { helped, openCrew, paint, place, problem, progress, shares, state } from './crew.ts'
import { HEIGHT, WIDTH } from './mandelbrot.ts'
import { hueOf } from './row.ts'

/** A picture that all who have this panel open compute together. */
export function VolunteerPanel() {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => void openCrew(where.value.hub), [])
  const isReady = state.value === 'ready' || state.value === 'done'
  // Who only helps has no picture.
  const isHelper = state.value === 'joining' || state.value === 'ready'
  return (
    <div class="stack pad">
      <div class="easel">
        {isHelper && (
          <p>
            The Mandelbrot set in {HEIGHT} rows, shared out among all who have this panel open. The
            more tabs, the sooner it is done.
          </p>
        )}
        <canvas
          ref={canvas}
          hidden={isHelper}
          width={WIDTH}
          height={HEIGHT}
          role="img"
          aria-label="The Mandelbrot set, as far as it is computed"
        />
      </div>
      <div class="row spread">
        <button
          type="button"
          class="main"
          {...press(isReady, () => paint(canvas.current as HTMLCanvasElement))}
        >
          Compute the picture
        </button>
        <span class="quiet" role="status">
          {words()}
        </span>
      </div>
      <progress
        hidden={isHelper}
        max={HEIGHT}
        value={progress.value.rows}
        aria-label="Rows that are there"
      />
      <Shares />
      <p class="quiet">
        {whereabouts()} Whoever has opened this panel helps, and may leave at any time: the work
        goes down a tree that mends itself, and no row is lost. Each row has the colour of who
        computed it.
      </p>
    </div>
  )
}

function Shares() {
  return (
    <ul class="plain" aria-label="Who computed how much">
      {shares.value.map(({ id, rows }) => (
        <li class="share" key={id} style={{ '--tone': `hsl(${hueOf(id)} 70% 55%)` }}>
          <svg class="swatch" viewBox="0 0 8 8" aria-hidden="true">
            <rect width="8" height="8" rx="2" />
          </svg>
          <code>{shortId(id)}</code> {id === place.value?.id ? '(you)' : ''}
          <progress max={HEIGHT} value={rows} aria-label={`Rows of ${shortId(id)}`} />
          {rows} rows
        </li>
      ))}
    </ul>
  )
}

function words(): string {
  if (state.value === 'joining') return problem.value || 'Taking a place in the tree…'
  if (state.value === 'ready') return 'You are in the tree, and help'
  if (state.value === 'computing') return 'Computing…'
  return `${progress.value.rows} of ${HEIGHT} rows in ${seconds(progress.value.ms)}`
}

function whereabouts(): string {
  if (place.value === undefined) return ''
  const { id, below, depth } = place.value
  const links = depth === 1 ? 'one link' : `${depth} links`
  return `You are ${shortId(id)}, ${links} below the root, with ${below} below you; ${helped.value} rows were computed here.`
}
