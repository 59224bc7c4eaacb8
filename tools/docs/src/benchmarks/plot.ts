import { escaped } from '../escaped.ts'
import type { Measure } from './measure.ts'

/** Units of the drawing: the page makes it as wide as it is. */
const WIDTH = 720
/** What bars may take; beside them is room for what they say. */
const BARS = 430
const BAR = 14
const LINE = 20
const GAP = 14

/**
 * Bars of all measures of a suite, each on a scale of its own that begins at 0, and a mark where its goal is.
 * What it shows stands in the table beside it, so it is hidden from those who hear the page.
 */
export function plot(measures: readonly Measure[]): string {
  let top = 0
  const drawn = measures.map((measure) => {
    const part = drawMeasure(measure, top)
    top += heightOf(measure) + GAP
    return part
  })
  const box = `0 0 ${WIDTH} ${Math.max(top - GAP, 0)}`
  return `<svg class="plot" viewBox="${box}" aria-hidden="true">${drawn.join('')}</svg>`
}

const heightOf = ({ peers }: Measure): number => LINE * (2 + peers.length)

function drawMeasure({ metric, ours, peers, goal }: Measure, top: number): string {
  const bars = [{ ...ours, name: '' }, ...peers]
  const most = Math.max(...bars.map(({ value }) => value), goal?.limit ?? 0)
  const wide = (value: number): number =>
    most > 0 ? Math.round((Math.max(value, 0) / most) * BARS) : 0
  const drawn = bars.map(({ value, text, name }, index) => {
    const y = top + LINE * (index + 1)
    const words = name === '' ? text : `${text}, ${name}`
    const kind = index === 0 ? 'ours' : 'peer'
    // However short: that there is something can be seen.
    const width = Math.max(wide(value), 2)
    return (
      `<rect class="${kind}" y="${y}" width="${width}" height="${BAR}" rx="2"/>` +
      `<text x="${Math.max(width, goal ? wide(goal.limit) : 0) + 8}" y="${y + 11}">${escaped(words)}</text>`
    )
  })
  const title = `<text class="metric" y="${top + 13}">${escaped(metric)}</text>`
  if (goal === undefined) return title + drawn.join('')
  const x = wide(goal.limit)
  const path = `M${x} ${top + LINE - 3}V${top + LINE + BAR + 3}`
  const state = goal.isMet ? 'met' : 'missed'
  return (
    `${title}${drawn.join('')}<path class="goal ${state}" d="${path}"/>` +
    `<text class="goal ${state}" x="${WIDTH}" y="${top + 13}">goal ${escaped(goal.text)}: ${state}</text>`
  )
}
