import * as v from 'valibot'
import { METRICS } from './metrics.ts'

const ms = v.pipe(v.number(), v.minValue(0))
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** Options with numbers only; the classes check the values themselves. */
const numbers = v.record(v.string(), v.number())

const latency = v.union([
  ms,
  v.strictObject({ model: v.picklist(['uniform', 'plane']), minMs: ms, maxMs: ms }),
])

/** What goes wrong, and when; `share` picks that share of the running peers at random. */
const fault = v.variant('type', [
  v.strictObject({ type: v.literal('kill'), atMs: ms, share }),
  v.strictObject({ type: v.literal('leave'), atMs: ms, share }),
  v.strictObject({ type: v.literal('restart'), atMs: ms, share }),
  v.strictObject({ type: v.literal('pause'), atMs: ms, share, forMs: ms }),
  v.strictObject({
    type: v.literal('slow'),
    atMs: ms,
    share,
    factor: v.pipe(v.number(), v.gtValue(0)),
  }),
  v.strictObject({ type: v.literal('half-open'), atMs: ms, share }),
  v.strictObject({
    type: v.literal('partition'),
    atMs: ms,
    groups: v.optional(v.pipe(count, v.minValue(2)), 2),
    forMs: ms,
  }),
  v.strictObject({ type: v.literal('lose'), atMs: ms, rate: share, forMs: ms }),
  v.strictObject({ type: v.literal('hub-outage'), atMs: ms, forMs: ms }),
  v.strictObject({ type: v.literal('hub-restart'), atMs: ms }),
])

const traffic = v.strictObject({
  atMs: ms,
  count,
  everyMs: v.optional(ms, 100),
  bytes: v.optional(v.pipe(count, v.minValue(1)), 100),
})

const schema = v.strictObject({
  name: v.pipe(v.string(), v.minLength(1)),
  about: v.optional(v.string(), ''),
  seed: v.optional(v.pipe(v.number(), v.safeInteger()), 1),
  peers: v.pipe(count, v.minValue(1), v.maxValue(100_000)),
  durationMs: ms,
  join: v.variant('pattern', [
    v.strictObject({ pattern: v.literal('burst'), withinMs: v.optional(ms, 0) }),
    v.strictObject({ pattern: v.literal('one-by-one'), everyMs: ms }),
  ]),
  mesh: v.optional(numbers, {}),
  gossip: v.optional(numbers, {}),
  hub: v.optional(numbers, {}),
  hubLatencyMs: v.optional(ms),
  network: v.optional(v.objectWithRest({ latency: v.optional(latency) }, v.number()), {}),
  faults: v.optional(v.array(fault), []),
  broadcasts: v.optional(traffic),
  directMessages: v.optional(traffic),
  measure: v.optional(v.array(v.picklist(METRICS)), [...METRICS]),
  expect: v.optional(
    v.record(
      v.picklist(METRICS),
      v.strictObject({ min: v.optional(v.number()), max: v.optional(v.number()) }),
    ),
    {},
  ),
})

/** A scenario with every default filled in. */
export type Scenario = v.InferOutput<typeof schema>
export type Fault = Scenario['faults'][number]
export type Traffic = v.InferOutput<typeof traffic>

/**
 * Reads a scenario.
 * @param text JSON
 * @throws SyntaxError that names every place that is wrong
 */
export function parseScenario(text: string): Scenario {
  const result = v.safeParse(schema, JSON.parse(text))
  if (result.success) return result.output
  const problems = result.issues.map((issue) => `${v.getDotPath(issue) ?? 'it'}: ${issue.message}`)
  throw new SyntaxError(`not a scenario:\n${problems.map((line) => `  ${line}`).join('\n')}`)
}
