import type { PeerId } from '@pigeon/peer'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Layout } from './layout.ts'
import { nodes, select, selected, self, shortId } from './state.ts'

/** The network as dots and lines; a dot chooses whom direct messages go to. */
export function NetworkView() {
  const [, redraw] = useState(0)
  const layout = useRef<Layout | undefined>(undefined)
  const shown = nodes.value
  useEffect(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    const created = new Layout(() => redraw((count) => count + 1), still)
    layout.current = created
    created.update(nodes.value)
    return () => created.stop()
  }, [])
  useEffect(() => layout.current?.update(shown), [shown])
  const labels = new Map(shown.map(({ peerId, label }) => [peerId, label]))
  const { placed = [], edges = [] } = layout.current ?? {}
  const extent = Math.max(
    120,
    ...placed.map(({ x = 0, y = 0 }) => Math.max(Math.abs(x), Math.abs(y)) + 50),
  )
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a drawing
    <svg
      class="network"
      viewBox={`${-extent} ${-extent} ${2 * extent} ${2 * extent}`}
      role="group"
      aria-label={`Network of ${shown.length} ${shown.length === 1 ? 'peer' : 'peers'}`}
    >
      <title>The network: every dot is a peer, every line a direct link</title>
      {edges.map(({ source, target }) => (
        <line
          key={source.peerId + target.peerId}
          x1={source.x}
          y1={source.y}
          x2={target.x}
          y2={target.y}
        />
      ))}
      {placed.map(({ peerId, x = 0, y = 0 }) => (
        <Dot key={peerId} peerId={peerId} label={labels.get(peerId) ?? ''} x={x} y={y} />
      ))}
    </svg>
  )
}

function Dot({ peerId, label, x, y }: { peerId: PeerId; label: string; x: number; y: number }) {
  const isSelf = peerId === self.value
  const isSelected = peerId === selected.value
  const name = isSelf ? 'you' : `${label || 'peer'} ${shortId(peerId)}`
  const choose = () => select(peerId)
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG group cannot be a button element
    <g
      class={`dot${isSelf ? ' self' : ''}${isSelected ? ' selected' : ''}`}
      transform={`translate(${x} ${y})`}
      role="button"
      tabindex={0}
      aria-pressed={isSelected}
      aria-label={isSelf ? 'You; press to write to everyone' : `Write to ${name}`}
      data-peer={peerId}
      onClick={choose}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        choose()
      }}
    >
      <circle r={22} class="target" />
      {label === 'browser' ? (
        <circle r={12} />
      ) : (
        <rect x={-11} y={-11} width={22} height={22} rx={4} />
      )}
      <text y={28}>{isSelf ? 'you' : shortId(peerId)}</text>
    </g>
  )
}
