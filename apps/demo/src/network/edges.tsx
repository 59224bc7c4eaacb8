import { hub, self } from '../session/session.ts'
import { type Edge, HUB } from './layout.ts'
import { links, toldRtts } from './picture.ts'

/** Where more links are shown, only those of this peer are labelled: else they cover each other. */
const MAX_LABELS = 12

/** Where on a link its label stands, from this peer. */
const LABEL_AT = 0.58

/** The links of the picture, with their round trips. */
export function Edges({ edges }: { edges: readonly Edge[] }) {
  return (
    <>
      {edges.map((edge) => (
        <EdgeLine key={edge.key} edge={edge} />
      ))}
      {edges
        .filter((edge) => edges.length <= MAX_LABELS || far(edge) !== undefined)
        .map((edge) => (
          <EdgeLabel key={edge.key} edge={edge} />
        ))}
    </>
  )
}

function EdgeLine({ edge }: { edge: Edge }) {
  const { source, target } = edge
  const own = far(edge) === undefined ? '' : 'own'
  const kind = edge.key === HUB ? 'to-hub' : isRelayed(edge) ? 'relayed' : own
  return <line class={kind} x1={source.x} y1={source.y} x2={target.x} y2={target.y} />
}

function EdgeLabel({ edge }: { edge: Edge }) {
  const { source, target } = edge
  // A little nearer to the far end, where fewer lines meet.
  const part = far(edge) === source.id ? 1 - LABEL_AT : LABEL_AT
  const x = source.x + (target.x - source.x) * part
  const y = source.y + (target.y - source.y) * part
  const ms = rttOf(edge)
  if (edge.key === HUB) return null
  return (
    <g class="edge-label" transform={`translate(${x} ${y})`}>
      {isRelayed(edge) && <path class="relay" d="M0,-17 8,-4 -8,-4Z" />}
      <text y={3}>{[isRelayed(edge) && 'relay', ms && `${ms} ms`].filter(Boolean).join(' ')}</text>
    </g>
  )
}

/** The end of an own link that is not this peer. */
function far({ source, target }: Edge) {
  if (source.id === self.value) return target.id
  return target.id === self.value ? source.id : undefined
}

const stateOf = (edge: Edge) => links.value.get(far(edge) as never)

const isRelayed = (edge: Edge): boolean => stateOf(edge)?.isRelayed === true

function rttOf(edge: Edge): string | undefined {
  const ms = stateOf(edge)?.rttMs ?? toldRtts.value.get(edge.key)
  if (ms === undefined) return undefined
  return ms < 10 ? ms.toFixed(1) : String(Math.round(ms))
}

/** The hub: a diamond, hollow while it is gone. */
export function HubMark({ x, y }: { x: number; y: number }) {
  const isThere = hub.value !== undefined
  return (
    <g class={isThere ? 'hub' : 'hub gone'} transform={`translate(${x} ${y})`}>
      <path class="shape" d="M0,-15 15,0 0,15 -15,0Z" />
      <text y={31}>{isThere ? 'hub' : 'hub, gone'}</text>
    </g>
  )
}
