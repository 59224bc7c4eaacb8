// npm run sim -- <scenario.json> [--seed S] [--peers N] [--runs R]: a network of real peers in virtual time.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command, InvalidArgumentError } from 'commander'
import { METRICS } from './metrics.ts'
import { type Outcome, runScenario } from './run-scenario.ts'
import { parseScenario, type Scenario } from './scenario.ts'

const SHIPPED = fileURLToPath(new URL('../scenarios/', import.meta.url))

function wholeNumber(text: string): number {
  const value = Number(text)
  if (Number.isSafeInteger(value) && text.trim() !== '') return value
  throw new InvalidArgumentError('a whole number, please')
}

interface Options {
  readonly seed?: number
  readonly peers?: number
  readonly runs: number
}

/** A path from where npm was started, or the name of a scenario that comes along. */
function find(file: string): string {
  const path = resolve(process.env['INIT_CWD'] ?? '.', file)
  const shipped = resolve(SHIPPED, file.endsWith('.json') ? file : `${file}.json`)
  return existsSync(path) || !existsSync(shipped) ? path : shipped
}

function print({ name, peers, measure }: Scenario, { seed, measured, traceHash, missed }: Outcome) {
  console.log(`${name}, ${peers} peers, seed ${seed}`)
  for (const metric of METRICS.filter((one) => measure.includes(one))) {
    const value = measured[metric]
    const text = Number.isInteger(value) ? value.toLocaleString('en-US') : value.toPrecision(4)
    console.log(`  ${metric.padEnd(20)} ${metric === 'eventsPerSecond' ? Math.round(value) : text}`)
  }
  console.log(`  ${'traceHash'.padEnd(20)} ${traceHash}`)
  for (const line of missed) console.log(`  MISSED: ${line}`)
}

const program = new Command('sim')
  .description('Runs a network of real peers in virtual time and prints what came of it')
  .argument('<scenario>', 'a JSON file, or the name of one in tools/scenarios/scenarios')
  .option('--seed <number>', 'instead of that of the file', wholeNumber)
  .option('--peers <number>', 'instead of those of the file', wholeNumber)
  .option('--runs <number>', 'how many runs, each with the next seed', wholeNumber, 1)
  .action((file: string, { seed, peers, runs }: Options) => {
    const parsed = parseScenario(readFileSync(find(file), 'utf8'))
    for (let run = 0; run < runs; run++) {
      const scenario = {
        ...parsed,
        seed: (seed ?? parsed.seed) + run,
        peers: peers ?? parsed.peers,
      }
      const outcome = runScenario(scenario, () => performance.now())
      print(scenario, outcome)
      if (outcome.missed.length > 0) process.exitCode = 1
    }
  })

try {
  program.parse()
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
