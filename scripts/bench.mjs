#!/usr/bin/env node
// npm run bench -- <suite> [options]: prints a table; exits 1 if a goal is missed. Without a suite, or with
// --suites a,b: runs all of them, or these, for hours, and writes bench-report/report.md and .json; with --publish
// also docs/benchmarks.json, which a page of the documentation shows, and says with which options a suite ran.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { mergeReports, reportPage, resultRows } from './lib/bench-report.mjs'
import { endWithNpm } from './lib/end-with-npm.mjs'
import { main } from './lib/main.mjs'
import { installPeer } from './lib/peers.mjs'
import { root } from './lib/root.mjs'
import { run } from './lib/run.mjs'
import { setUp } from './lib/set-up.mjs'

/** What is on its way among 10,000 peers outlives a small young generation, and moving it takes time. */
const HEAP = '--max-semi-space-size=64'

/** Makes a suite that breaks end otherwise than one that missed a goal. */
const END_BROKEN = new URL('./lib/end-broken.mjs', import.meta.url).href

/**
 * Other systems that a suite measures against, by their directory in `tools/peers`.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const PEERS = {
  dht: ['bittorrent-dht', 'kad-dht', 'peerpigeon'],
  hub: ['peerpigeon', 'peerjs'],
  federation: ['peerpigeon'],
  gossip: ['peerpigeon', 'gossipsub'],
  mesh: ['peerpigeon'],
  link: ['simple-peer'],
  peer: ['simple-peer', 'peerpigeon', 'peerjs'],
  storage: ['automerge-repo'],
  'tree-webrtc': ['webrtc-tree-overlay'],
  volunteer: ['pull-lend-stream'],
}

const cwd = join(root, 'tools', 'scenarios')

/** Where the report of all suites goes. */
const REPORT = join(root, 'bench-report')

/** What the documentation shows. */
const PUBLISHED = join(root, 'docs', 'benchmarks.json')

const PUBLISH = '--publish'

/** The suites, as the scripts `bench:*` of the workspace name them. */
function suites() {
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))
  return Object.keys(scripts).flatMap((name) =>
    name.startsWith('bench:') ? [name.slice('bench:'.length)] : [],
  )
}

/**
 * @param {string} suite
 * @param {readonly string[]} options
 * @param {boolean} capture
 */
async function runSuite(suite, options, capture) {
  for (const name of PEERS[suite] ?? []) await installPeer(name)
  const imports = ['--import', 'tsx', '--import', END_BROKEN]
  const args = [HEAP, ...imports, `src/bench/${suite}.ts`, ...options]
  return run('node', args, { cwd, allowFailure: true, capture })
}

/**
 * @param {readonly string[]} names
 * @param {readonly string[]} options of each
 * @param {boolean} publish
 */
async function runAll(names, options, publish) {
  const results = []
  for (const suite of names) {
    const startedAt = performance.now()
    console.log(`\n${suite}`)
    const { code, output } = await runSuite(suite, options, true)
    console.log(output.trim())
    const seconds = Math.round((performance.now() - startedAt) / 1000)
    const given = options.length === 0 ? {} : { options: options.join(' ') }
    results.push({ suite, ...given, seconds, code, rows: resultRows(output, code) })
  }
  const [cpu] = cpus()
  const cores = `${availableParallelism()} × ${cpu?.model ?? process.arch}`
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB`
  const machine = `${cores}, ${memory}, ${type()} ${release()}, Node ${process.version}`
  mkdirSync(REPORT, { recursive: true })
  writeFileSync(join(REPORT, 'report.md'), reportPage(machine, results))
  const report = { machine, date: new Date().toISOString().slice(0, 10), results }
  write(join(REPORT, 'report.json'), report)
  console.log('\nbench-report/report.md and report.json hold all of it')
  if (publish) {
    const before = existsSync(PUBLISHED) ? JSON.parse(readFileSync(PUBLISHED, 'utf8')) : undefined
    write(PUBLISHED, mergeReports(before, report))
    console.log('docs/benchmarks.json is what the documentation shows')
  }
  if (results.some(({ code }) => code !== 0)) process.exitCode = 1
}

/**
 * @param {string} file
 * @param {object} report
 */
function write(file, report) {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`)
}

await main(async () => {
  endWithNpm()
  const args = process.argv.slice(2)
  const [suite = '--suites', ...options] = args.filter((argument) => argument !== PUBLISH)
  const known = suites()
  const wanted = suite === '--suites' ? (options[0]?.split(',') ?? known) : [suite]
  if (wanted.some((name) => !known.includes(name))) {
    throw new Error(`npm run bench -- <suite>, one of: ${known.join(', ')}`)
  }
  await setUp()
  const publish = args.includes(PUBLISH)
  if (suite === '--suites') await runAll(wanted, [], publish)
  else if (publish) await runAll(wanted, options, publish)
  else process.exitCode = (await runSuite(suite, options, false)).code
})
