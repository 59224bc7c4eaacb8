#!/usr/bin/env node
// npm start: a hub with the demo and a resident peer. npm run hub, npm run server: just the hub.
// npm run hub-network: several hubs with the demo, and what they look like.
// npm run dev: the demo with reload. What follows `--` goes to the hub or to vite.
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { main } from './lib/main.mjs'
import { root } from './lib/root.mjs'
import { setUp } from './lib/set-up.mjs'

/** @param {string[]} parts */
const load = (...parts) => import(pathToFileURL(join(root, ...parts)).href)

/** @param {object} defaults */
const hub = async (defaults) => {
  const { runProgram } = await load('apps', 'hub', 'dist', 'index.js')
  await runProgram({ defaults })
}

const modes = {
  demo: async () => {
    const { serveDemo } = await load('apps', 'demo', 'server', 'serve.mjs')
    await serveDemo()
  },
  hub: () => hub({ isHub: 'on' }),
  server: () => hub({}),
  'hub-network': async () => {
    const { serveHubNetwork } = await load('apps', 'demo', 'server', 'hub-network.mjs')
    await serveHubNetwork(process.argv.slice(2))
  },
  dev: async () => {
    const { develop } = await load('apps', 'demo', 'server', 'develop.mjs')
    await develop()
  },
}

/** npm starts us through a shell, which does not pass on the signal that ends npm. */
function endWithNpm() {
  if (process.env['npm_lifecycle_event'] === undefined) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  timer.unref()
}

await main(async () => {
  endWithNpm()
  const mode = process.argv[2] ?? 'demo'
  if (mode in modes) process.argv.splice(2, 1)
  await setUp()
  // In this very process, so that a signal reaches what it is meant for.
  await (modes[/** @type {keyof typeof modes} */ (mode)] ?? modes.demo)()
})
