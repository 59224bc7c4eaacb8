import './network-view.css'
import type { PeerId } from '@pigeon/peer'
import { useEffect, useRef, useState } from 'preact/hooks'
import { hub, self } from '../session/session.ts'
import { Edges, HubMark } from './edges.tsx'
import { HUB, Layout } from './layout.ts'
import { NodeDot } from './node-dot.tsx'
import { nodes } from './picture.ts'
import { RippleDot } from './ripple-dot.tsx'
import { ripples } from './ripples.ts'

/** What is left free around the picture, and the least it shows. */
const MARGIN = 52
const MIN_EXTENT = 190

/** Units of the picture in a pixel from which there is no room for what stands on links. */
const SMALL = 1.25

/** The network as dots and lines: each dot a peer, each line a direct link. */
export function NetworkView({
  onFiles,
}: {
  onFiles: (to: PeerId, files: readonly File[]) => void
}) {
  const layout = useLayout()
  const [frame, ratio, pixels] = useFrame()
  const shown = nodes.value
  const labels = new Map(shown.map(({ peerId, label }) => [peerId as string, label]))
  const placed = [...(layout?.placed ?? [])]
  const [width, height] = extents(placed, ratio)
  // Letters are never smaller than on a screen of common size.
  const unit = Math.max(1, (2 * width) / pixels)
  return (
    <div ref={frame} class={`picture${unit > SMALL ? ' small' : ''}`}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a drawing */}
      <svg
        viewBox={`${-width} ${-height} ${2 * width} ${2 * height}`}
        style={{ '--unit': unit }}
        role="group"
        aria-label={`Network of ${shown.length} ${shown.length === 1 ? 'peer' : 'peers'}`}
      >
        <title>The network: every dot is a peer, every line a direct link</title>
        {layout && <Edges edges={layout.edges} placed={placed} unit={unit} />}
        {layout &&
          ripples.value.map((ripple) => (
            <RippleDot key={ripple.key} ripple={ripple} layout={layout} />
          ))}
        {placed.map(({ id, x, y }) =>
          id === HUB ? (
            <HubMark key={id} x={x} y={y} />
          ) : (
            <NodeDot
              key={id}
              peerId={id as PeerId}
              label={labels.get(id) ?? ''}
              x={x}
              y={y}
              onFiles={(files) => onFiles(id as PeerId, files)}
            />
          ),
        )}
      </svg>
    </div>
  )
}

function useLayout(): Layout | undefined {
  const [, redraw] = useState(0)
  const layout = useRef<Layout | undefined>(undefined)
  const shown = nodes.value
  const hasHub = self.value !== undefined
  useEffect(() => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches
    layout.current = new Layout(() => redraw((count) => count + 1), still)
    layout.current.update(nodes.value, self.value !== undefined)
    return () => layout.current?.stop()
  }, [])
  useEffect(() => layout.current?.update(shown, hasHub), [shown, hasHub, hub.value])
  return layout.current
}

/** The element behind the reference: its width by its height, and its width in pixels. */
function useFrame() {
  const frame = useRef<HTMLDivElement>(null)
  const [size, setSize] = useState({ width: 1, height: 1 })
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      const { width = 1, height = 1 } = entry?.contentRect ?? {}
      setSize({ width: Math.max(width, 1), height: Math.max(height, 1) })
    })
    observer.observe(frame.current as HTMLDivElement)
    return () => observer.disconnect()
  }, [])
  return [frame, size.width / size.height, size.width] as const
}

/** Half of the width and height that show everybody, in the shape of the frame. */
function extents(placed: readonly { x: number; y: number }[], ratio: number): [number, number] {
  const reach = (of: (one: { x: number; y: number }) => number) =>
    Math.max(MIN_EXTENT, ...placed.map((one) => Math.abs(of(one)) + MARGIN))
  const [width, height] = [reach(({ x }) => x), reach(({ y }) => y)]
  return width / height > ratio ? [width, width / ratio] : [height * ratio, height]
}
