import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { systemClock as clock, systemRandom as random } from '@pigeon/transport/system'
import { connectTree, type TreeNode } from '@pigeon/tree-overlay/bootstrap'
import { Volunteer } from '@pigeon/volunteer'
import { bundle } from '@pigeon-tools/browser'
import { Child, endChildrenWithUs } from '../bench/mesh/child.ts'
import type { WorkerCommands } from './worker.ts'

const PROCESS = fileURLToPath(new URL('./process.ts', import.meta.url))

/** Within the workspace, so that the program finds its packages. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.bench-volunteer-', import.meta.url))

/** A root here, and workers in processes of their own, linked by WebRTC through a hub. */
export class Crowd {
  readonly volunteer: Volunteer
  readonly workers: readonly Child<WorkerCommands>[]
  readonly #node: TreeNode
  readonly #hub: HubServer
  readonly #folder: string

  private constructor(
    node: TreeNode,
    workers: readonly Child<WorkerCommands>[],
    hub: HubServer,
    folder: string,
  ) {
    this.#node = node
    this.#hub = hub
    this.#folder = folder
    this.workers = workers
    this.volunteer = new Volunteer({ tree: node, clock, random })
  }

  /** So many workers, all in the tree. */
  static async gather(count: number): Promise<Crowd> {
    endChildrenWithUs()
    const folder = await mkdtemp(FOLDER)
    const program = join(folder, 'worker.mjs')
    const external = ['@pigeon/tree-overlay', '@pigeon/volunteer', 'werift', 'ws']
    await writeFile(program, await bundle(PROCESS, { platform: 'node', external }))
    const many = count + 10
    const hub = new HubServer({
      port: 0,
      maxConnectionsPerAddress: many,
      connectRate: many,
      connectBurst: many,
    })
    const { url } = await hub.start()
    const node = await connectTree(url, { tree: 'bench', iceServers: [] })
    await new Promise<void>((resolve, reject) =>
      node.becomeRoot((error) => (error === undefined ? resolve() : reject(error))),
    )
    const workers = Array.from({ length: count }, () => new Child<WorkerCommands>(program))
    const crowd = new Crowd(node, workers, hub, folder)
    await Promise.all(workers.map((one) => one.call('join', url)))
    return crowd
  }

  async end(): Promise<void> {
    this.volunteer.close()
    this.#node.close()
    await Promise.all(this.workers.map((one) => one.end()))
    await this.#hub.stop()
    await rm(this.#folder, { recursive: true })
  }
}
