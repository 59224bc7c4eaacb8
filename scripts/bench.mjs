#!/usr/bin/env node
// npm run bench -- <suite> [options]: prints a table; exits 1 if a goal is missed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { endWithNpm } from './lib/end-with-npm.mjs'
import { main } from './lib/main.mjs'
import { installPeer } from './lib/peers.mjs'
import { root } from './lib/root.mjs'
import { run } from './lib/run.mjs'
import { setUp } from './lib/set-up.mjs'

/** What is on its way among 10,000 peers outlives a small young generation, and moving it takes time. */
const HEAP = '--max-semi-space-size=64'

/**
 * Other systems that a suite measures against, by their directory in `tools/peers`.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const PEERS = {
  dht: ['bittorrent-dht', 'kad-dht'],
  hub: ['peerpigeon', 'peerjs'],
  gossip: ['peerpigeon', 'gossipsub'],
  mesh: ['peerpigeon'],
  link: ['simple-peer'],
  peer: ['simple-peer', 'peerpigeon', 'peerjs'],
  storage: ['automerge-repo'],
  volunteer: ['pull-lend-stream'],
}

const cwd = join(root, 'tools', 'scenarios')

/** The suites, as the scripts `bench:*` of the workspace name them. */
function suites() {
  const { scripts } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))
  return Object.keys(scripts).flatMap((name) =>
    name.startsWith('bench:') ? [name.slice('bench:'.length)] : [],
  )
}

await main(async () => {
  endWithNpm()
  const [suite = '', ...options] = process.argv.slice(2)
  if (!suites().includes(suite)) {
    throw new Error(`npm run bench -- <suite>, one of: ${suites().join(', ')}`)
  }
  await setUp()
  for (const name of PEERS[suite] ?? []) await installPeer(name)
  const args = [HEAP, '--import', 'tsx', `src/bench/${suite}.ts`, ...options]
  const { code } = await run('node', args, { cwd, allowFailure: true })
  process.exitCode = code
})
