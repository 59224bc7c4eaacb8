import { expect, test } from 'vitest'
import { Renderer } from '../render.ts'
import { benchmarksPage } from './benchmarks-page.ts'
import { measuresOf } from './measure.ts'
import { plot } from './plot.ts'
import type { Row } from './report.ts'

const row = (metric: string, ours: string, peer = '-', goal = '-'): Row => ({
  ...{ metric, ours, peer, goal },
  ratio: '-',
})

const ROWS = [
  row('closest 20', '1.63 us', '5.55 us (k-bucket, keeps (264))', '<= 3 met'),
  row('closest 20', '1.63 us', '63,089 us (BigInt sort)'),
  row('a <b>link</b> opens', '9 ms', '-', '<= 8 MISSED'),
  row('... p99', '9 ms', '-', '<= 8 MISSED'),
]

const htmlOf = (report: Parameters<typeof benchmarksPage>[0]): string => {
  const page = benchmarksPage(report)
  return new Renderer([page]).render(page).html
}

test('rows of one metric become one measure, with numbers, names and a goal', () => {
  const [closest, opens] = measuresOf(ROWS)
  expect(closest).toEqual({
    metric: 'closest 20',
    ours: { value: 1.63, text: '1.63 us', name: '' },
    peers: [
      { value: 5.55, text: '5.55 us', name: 'k-bucket, keeps (264)' },
      { value: 63_089, text: '63,089 us', name: 'BigInt sort' },
    ],
    goal: { limit: 3, text: '<= 3', isMet: true },
  })
  expect(opens?.goal).toEqual({ limit: 8, text: '<= 8', isMet: false })
})

test.each([
  ['a number alone', '42', 42, '42'],
  ['a tiny one', '2.58e-7 x', 2.58e-7, '2.58e-7 x'],
  ['below nothing', '-3 kB', -3, '-3 kB'],
])('%s is read', (_, cell, value, text) => {
  expect(measuresOf([row('m', cell)])[0]?.ours).toEqual({ value, text, name: '' })
})

test('what is not a number is not drawn', () => {
  expect(measuresOf([row('m', 'none'), row('n', '-')])).toEqual([])
})

test('the longest bar is as long as bars may be, and the goal is marked where it is', () => {
  const svg = plot(measuresOf([row('m', '10 ms', '20 ms (other)', '<= 5 MISSED')]))
  expect(svg).toContain('<rect class="ours" y="20" width="215"')
  expect(svg).toContain('<rect class="peer" y="40" width="430"')
  expect(svg).toContain('<path class="goal missed" d="M108 ')
  expect(svg).toContain('goal &lt;= 5: missed')
})

test('the page says which machine it was, what was missed, and shows names as text', () => {
  const results = [
    { suite: 'link', options: '--seeds 2', seconds: 7, rows: ROWS },
    { suite: 'dht', seconds: 1, rows: [] },
  ]
  const html = htmlOf({ machine: '2 × something', date: '2026-11-22', results })
  expect(html).toContain('on 2026-11-22 on 2 × something')
  expect(html).toContain('1 of 3 goals are met. These are missed:')
  expect(html).toContain('<td>a &lt;b&gt;link&lt;/b&gt; opens: p99</td>')
  expect(html).toContain('Without a result: dht.')
  expect(html).toContain('It took 7 s with <code>--seeds 2</code>.')
  expect(html).toContain('<svg class="plot"')
  expect(html).toContain('<td>&lt;= 8 MISSED</td>')
  expect(html).not.toContain('<b>')
})

test('all goals met is said, too', () => {
  const results = [{ suite: 'link', seconds: 7, rows: ROWS.slice(0, 2) }]
  expect(htmlOf({ machine: 'm', results })).toContain('1 of 1 goals are met; none is missed.')
})

test('without a report the page says how to make one', () => {
  const html = htmlOf(undefined)
  expect(html).toContain('Nothing is measured yet.')
  expect(html).not.toContain('<svg')
})
