import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { runScenario } from './run-scenario.ts'
import { parseScenario, type Scenario } from './scenario.ts'

const directory = fileURLToPath(new URL('../scenarios/', import.meta.url))

// Each is some seconds of work, more on a busy machine.
vi.setConfig({ testTimeout: 300_000 })

describe.each(readdirSync(directory))('%s', (file) => {
  const scenario = parseScenario(readFileSync(`${directory}${file}`, 'utf8'))

  test('keeps what it expects', () => {
    const { seed, missed } = runScenario(scenario, () => 0)
    expect(missed, `seed ${seed}`).toEqual([])
  })

  test('happens the same way again', () => {
    const run = () => runScenario({ ...scenario, peers: 12 }, () => 0).traceHash
    expect(run()).toBe(run())
  })
})

const smallest = { name: 'x', peers: 12, durationMs: 60_000, join: { pattern: 'burst' } }
const parse = (extra: object) => parseScenario(JSON.stringify({ ...smallest, ...extra }))

describe('faults', () => {
  const cases: [string, object, Partial<Scenario['expect']>][] = [
    ['kill', { share: 0.5 }, { running: { min: 6, max: 6 } }],
    ['leave', { share: 0.25 }, { running: { min: 9, max: 9 }, components: { max: 1 } }],
    ['restart', { share: 0.5 }, { running: { min: 12 }, components: { max: 1 } }],
    ['pause', { share: 0.5, forMs: 100_000 }, { running: { max: 6 } }],
    ['slow', { share: 0.5, factor: 4 }, { components: { max: 1 } }],
    ['half-open', { share: 0.2 }, { components: { max: 1 } }],
    ['partition', { forMs: 100_000 }, { components: { min: 2, max: 2 } }],
    ['lose', { rate: 1, forMs: 100_000 }, { broadcastsDelivered: { max: 0 } }],
    ['hub-outage', { forMs: 100_000 }, { components: { max: 1 } }],
    ['hub-restart', {}, { components: { max: 1 } }],
  ]
  test.each(cases)('%s', (type, details, bounds) => {
    const scenario = parse({
      mesh: { maxPeers: 4 },
      faults: [{ type, atMs: 20_000, ...details }],
      broadcasts: { atMs: 40_000, count: 3 },
      expect: bounds,
    })
    for (const seed of [1, 2]) {
      const outcome = runScenario({ ...scenario, seed }, () => 0)
      expect(outcome.missed, `seed ${seed}`).toEqual([])
    }
  })
})

describe('what is wrong with a scenario is said', () => {
  test.each([
    [{ peers: 0 }, 'peers: '],
    [{ faults: [{ type: 'flood', atMs: 1 }] }, 'faults.0.type: '],
    [{ faults: [{ type: 'kill', atMs: 1, share: 2 }] }, 'faults.0.share: '],
    [{ expect: { beauty: { min: 1 } } }, 'expect.beauty'],
    [{ duration: 3 }, 'duration: '],
  ])('%j', (extra, place) => {
    expect(() => parse(extra)).toThrow(SyntaxError)
    expect(() => parse(extra)).toThrow(place)
  })

  test('an expectation that does not hold is named', () => {
    const scenario = parse({ expect: { running: { max: 3 } } })
    const { missed } = runScenario(scenario, () => 0)
    expect(missed).toEqual(['running is 12, expected at most 3'])
  })
})
