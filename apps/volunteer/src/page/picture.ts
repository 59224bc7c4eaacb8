const SVG = 'http://www.w3.org/2000/svg'
const [WIDTH, LEVEL, MARGIN, RADIUS] = [600, 60, 16, 5]

/** Nodes that are drawn at most. */
const DRAWN = 500

/** Draws a tree from its edges, level by level. @param here the node that stands out */
export function drawTree(
  svg: SVGElement,
  edges: readonly (readonly [string, string])[],
  here: string | undefined,
): void {
  const children = new Map<string, string[]>()
  for (const [child, parent] of edges.slice(0, DRAWN)) {
    children.set(parent, [...(children.get(parent) ?? []), child])
  }
  const below = new Set(edges.map(([child]) => child))
  const roots = [...children.keys()].filter((parent) => !below.has(parent))
  const seen = new Set<string>(roots)
  const places = new Map<string, readonly [number, number]>()
  let level = roots
  let depth = 0
  for (; level.length > 0; depth++) {
    for (const [index, node] of level.entries()) {
      const x = (WIDTH * (index + 1)) / (level.length + 1)
      places.set(node, [x, MARGIN + depth * LEVEL])
    }
    level = level.flatMap((node) => children.get(node) ?? []).filter((node) => !seen.has(node))
    for (const node of level) seen.add(node)
  }
  svg.setAttribute('viewBox', `0 0 ${WIDTH} ${2 * MARGIN + Math.max(0, depth - 1) * LEVEL}`)
  const lines = edges.flatMap(([child, parent]) => {
    const [from, to] = [places.get(parent), places.get(child)]
    if (from === undefined || to === undefined) return []
    return [element('line', { x1: from[0], y1: from[1], x2: to[0], y2: to[1] })]
  })
  const dots = [...places].map(([node, [cx, cy]]) =>
    element('circle', { cx, cy, r: RADIUS, class: node === here ? 'here' : 'other' }),
  )
  svg.replaceChildren(...lines, ...dots)
}

function element(name: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value))
  return made
}
