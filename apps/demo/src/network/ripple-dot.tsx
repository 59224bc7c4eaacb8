import { useEffect, useRef } from 'preact/hooks'
import type { Layout } from './layout.ts'
import { endRipple, type Ripple } from './ripples.ts'

/** How long a message takes for one link, in the picture, ms. */
const HOP_MS = 420

/** A dot that runs along the path of a message. */
export function RippleDot({ ripple, layout }: { ripple: Ripple; layout: Layout }) {
  const dot = useRef<SVGCircleElement>(null)
  useEffect(() => {
    const stops = ripple.path.flatMap((peer) => layout.at(peer) ?? [])
    const frames = stops.map(({ x, y }) => ({ transform: `translate(${x}px, ${y}px)` }))
    if (frames.length < 2 || dot.current === null) return endRipple(ripple.key)
    const duration = HOP_MS * (frames.length - 1)
    const animation = dot.current.animate(frames, { duration, easing: 'ease-in-out' })
    animation.onfinish = () => endRipple(ripple.key)
    return () => animation.cancel()
  }, [])
  return <circle ref={dot} class="ripple" r={5} />
}
