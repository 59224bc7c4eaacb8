// A hub behind nginx, and two peers that meet there. Usage: node main.mjs [path of nginx]
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runHub } from '@pigeon/hub-server'
import { PigeonMesh } from '@pigeon/peer'

const nginx = process.argv[2] ?? 'nginx'

/** A port that is free now. @returns {Promise<number>} */
const freePort = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
      server.close(() => resolve(port))
    })
  })

// One proxy is trusted, so that each peer counts under its own address.
const hub = await runHub({ port: 0, host: '127.0.0.1', trustProxy: 1, heartbeat: 75 })
const port = await freePort()

const directory = await mkdtemp(join(tmpdir(), 'pigeon-nginx-'))
const config = await readFile(new URL('nginx.conf', import.meta.url), 'utf8')
const here = config.replace('8080', String(port)).replace('3000', String(hub.address.port))
await writeFile(join(directory, 'nginx.conf'), here)
const args = ['-p', `${directory}/`, '-c', 'nginx.conf', '-e', 'stderr', '-g', 'daemon off;']
const proxy = spawn(nginx, args, { stdio: ['ignore', 'ignore', 'inherit'] })
const failed = new Promise((_, reject) => {
  proxy.on('error', reject)
  proxy.on('exit', (code) => reject(new Error(`nginx ended with ${code}`)))
})
failed.catch(() => {})

async function meet() {
  const url = `ws://127.0.0.1:${port}`
  for (;;) {
    if (await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined)) break
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const peers = [1, 2].map(() => new PigeonMesh('example', { hubs: [url] }))
  await Promise.all(peers.map((mesh) => mesh.connect()))
  await Promise.all(peers.map((mesh) => mesh.whenPeers(1)))
  console.log('2 peers met at a hub behind nginx, and are linked directly')
  await Promise.all(peers.map((mesh) => mesh.close()))
}

try {
  await Promise.race([meet(), failed])
} finally {
  proxy.kill()
  await hub.stop()
  await rm(directory, { recursive: true, force: true })
}
