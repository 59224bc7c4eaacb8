import { hub, self } from '../session/session.ts'
import { type Box, placeLabels, textBox } from './label-places.ts'
import { type Edge, HUB, type Placed } from './layout.ts'
import { links, toldRtts } from './picture.ts'

/** Where more links are shown, only those of this peer are labelled: else they cover each other. */
const MAX_LABELS = 12

/** Sizes of letters on links and below peers, and how far below, in units of the picture. */
const LABEL_SIZE = 9.5
const NAME_SIZE = 11
const NAME_BELOW = 30

/** Half of the width of a peer. */
const DOT = 15

/** The links of the picture, with their round trips where there is room. */
export function Edges({
  edges,
  placed,
  unit,
}: {
  edges: readonly Edge[]
  placed: readonly Placed[]
  /** How much larger letters are than their sizes. */
  unit: number
}) {
  const labelled = edges
    .filter((edge) => edges.length <= MAX_LABELS || far(edge) !== undefined)
    .filter((edge) => textOf(edge) !== '')
    .sort((a, b) => Number(far(a) === undefined) - Number(far(b) === undefined))
  const labels = labelled.map((edge) => ({ key: edge.key, text: textOf(edge), ...fromSelf(edge) }))
  const places = placeLabels(labels, placed.flatMap(boxesOf(unit)), LABEL_SIZE * unit)
  return (
    <>
      {edges.map((edge) => (
        <EdgeLine key={edge.key} edge={edge} />
      ))}
      {labelled.map((edge) => {
        const at = places.get(edge.key)
        return at && <EdgeLabel key={edge.key} edge={edge} {...at} />
      })}
    </>
  )
}

/** What a peer or the hub covers: its shape, and its name. */
const boxesOf =
  (unit: number) =>
  ({ id, x, y }: Placed): Box[] => {
    const name = id === HUB || id === self.value ? 'hub.' : id.slice(0, 8)
    const below = { x, y: y + NAME_BELOW }
    return [{ x, y, width: DOT, height: DOT }, textBox(name, below, NAME_SIZE * unit)]
  }

function EdgeLine({ edge }: { edge: Edge }) {
  const { source, target } = edge
  const own = far(edge) === undefined ? '' : 'own'
  const kind = edge.key === HUB ? 'to-hub' : isRelayed(edge) ? 'relayed' : own
  return <line class={kind} x1={source.x} y1={source.y} x2={target.x} y2={target.y} />
}

function EdgeLabel({ edge, x, y }: { edge: Edge; x: number; y: number }) {
  return (
    <g class="edge-label" transform={`translate(${x} ${y})`}>
      {isRelayed(edge) && <path class="relay" d="M0,-17 8,-4 -8,-4Z" />}
      <text y={3}>{textOf(edge)}</text>
    </g>
  )
}

/** A link from this peer's end, if it has one. */
function fromSelf(edge: Edge): { from: Placed; to: Placed } {
  const { source, target } = edge
  return far(edge) === source.id ? { from: target, to: source } : { from: source, to: target }
}

function textOf(edge: Edge): string {
  if (edge.key === HUB) return ''
  const ms = rttOf(edge)
  return [isRelayed(edge) && 'relay', ms && `${ms} ms`].filter(Boolean).join(' ')
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
