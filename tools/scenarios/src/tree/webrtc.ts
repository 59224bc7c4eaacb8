import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { HubServer } from '@pigeon/hub/server'
import { Simulation } from '@pigeon/simulator'
import { bundle, launchChromium, servePage } from '@pigeon-tools/browser'
import { Child, endChildrenWithUs } from '../bench/mesh/child.ts'
import { Tab } from '../bench/mesh/tab.ts'
import { startGenetServer } from './genet-module.ts'
import type { NodeState, TreeCommands } from './webrtc-peer.ts'

/** How often states are asked for, and how long at most until all are attached, ms. */
const POLL_MS = 100
const PATIENCE_MS = 60_000

/** How long a grown tree is left alone before nodes die, ms: they get to know each other. */
const SETTLE_MS = 4000

const PAGE = fileURLToPath(new URL('./webrtc-page.ts', import.meta.url))

/** Within the workspace, so that the program finds its packages. */
const FOLDER = fileURLToPath(new URL('../../node_modules/.bench-tree-', import.meta.url))

/** A kind of tree: what a node's process runs, and what introduces nodes to each other. */
export interface TreeSystem {
  readonly process: string
  /** Packages that the process finds by itself. */
  readonly external: readonly string[]
  /** @param nodes how many there will be */
  start(nodes: number): Promise<{ readonly url: string; stop(): Promise<void> }>
}

/** Ours. */
const PIGEON: TreeSystem = {
  process: fileURLToPath(new URL('./webrtc-process.ts', import.meta.url)),
  external: ['@pigeon/tree-overlay', 'werift', 'ws'],
  async start(nodes) {
    const hub = new HubServer({ port: 0, maxConnectionsPerAddress: nodes + 10 })
    const { url } = await hub.start()
    return { url, stop: () => hub.stop() }
  },
}

/** npm webrtc-tree-overlay. */
export const GENET: TreeSystem = {
  process: fileURLToPath(new URL('./genet-process.ts', import.meta.url)),
  external: [],
  start: startGenetServer,
}

/** What {@link growAndKill} is told. */
export interface WebRtcOptions {
  /** Default ours; {@link GENET} has no tabs. */
  readonly system?: TreeSystem
  /** How long to wait until all survivors are attached, ms. Default 60,000. */
  readonly patienceMs?: number
  /** Nodes in processes of their own, the root not counted. */
  readonly processes: number
  /** Nodes in tabs of one browser. */
  readonly tabs: number
  readonly maxDegree: number
  /** Interior nodes that are killed. */
  readonly kills: number
  /** Decides which. */
  readonly seed: number
}

/** What became of it. */
export interface WebRtcOutcome {
  /** From the first request to join to the last node that is in, ms. */
  readonly joinedMs: number
  /** Nodes that were in. */
  readonly joined: number
  readonly killed: number
  /** Survivors connected with the root over links that both ends hold. */
  readonly attached: number
  readonly survivors: number
  /** From the kill until all survivors are, ms. */
  readonly attachedMs: number
}

type Call = <K extends keyof TreeCommands>(
  command: K,
  ...args: Parameters<TreeCommands[K]>
) => Promise<Awaited<ReturnType<TreeCommands[K]>>>

/** A tree over WebRTC of processes and tabs, some of whose interior nodes are killed with SIGKILL. */
export async function growAndKill(options: WebRtcOptions): Promise<WebRtcOutcome> {
  const { processes, tabs, maxDegree, kills, seed } = options
  const { system = PIGEON, patienceMs = PATIENCE_MS } = options
  endChildrenWithUs()
  const folder = await mkdtemp(FOLDER)
  const program = join(folder, 'node.mjs')
  const { process, external } = system
  await writeFile(program, await bundle(process, { platform: 'node', external: [...external] }))
  const hub = await system.start(processes + tabs)
  const { url } = hub
  const children = Array.from({ length: processes + 1 }, () => new Child<TreeCommands>(program))
  const closers: (() => Promise<unknown>)[] = []
  try {
    const alive = new Map<Call, Child<TreeCommands> | undefined>(
      children.map((child) => [child.call.bind(child) as Call, child]),
    )
    for (const call of tabs > 0 ? await openTabs(tabs, closers) : []) alive.set(call, undefined)
    const [root, ...nodes] = [...alive.keys()] as [Call, ...Call[]]
    for (const call of alive.keys()) await call('connect', url, maxDegree)
    await root('becomeRoot')
    const from = performance.now()
    const joins = await Promise.allSettled(nodes.map((call) => call('join')))
    const joinedMs = performance.now() - from
    const joined = joins.filter(({ status }) => status === 'fulfilled').length
    await pause(SETTLE_MS)
    const states = new Map<Call, NodeState>()
    for (const call of nodes) states.set(call, await call('state'))
    const interior = nodes.filter(
      (call) => alive.get(call) !== undefined && (states.get(call)?.children.length ?? 0) > 0,
    )
    const dying = new Simulation({ seed }).random('kill').shuffled(interior).slice(0, kills)
    const at = performance.now()
    await Promise.all(dying.map((call) => alive.get(call)?.end()))
    for (const call of dying) alive.delete(call)
    let attached = 0
    let attachedMs = Number.POSITIVE_INFINITY
    while (performance.now() - at < patienceMs) {
      attached = connected(await Promise.all([...alive.keys()].map((call) => call('state'))))
      if (attached === alive.size - 1) {
        attachedMs = performance.now() - at
        break
      }
      await pause(POLL_MS)
    }
    const survivors = alive.size - 1
    return { joinedMs, joined, killed: dying.length, attached, survivors, attachedMs }
  } finally {
    await Promise.all(children.map((child) => child.end()))
    for (const close of closers.reverse()) await close()
    await hub.stop()
    await rm(folder, { recursive: true })
  }
}

/** Nodes with a way to the root, which itself is not counted. */
function connected(states: readonly NodeState[]): number {
  const byId = new Map(states.map((state) => [state.id, state]))
  const reached = new Set(states.filter(({ isRoot }) => isRoot).map(({ id }) => id))
  for (const id of reached) {
    for (const child of byId.get(id)?.children ?? []) {
      const state = byId.get(child)
      if (state?.parent === id && state.isAttached) reached.add(child)
    }
  }
  return reached.size - 1
}

/** Nodes in tabs of one browser. */
async function openTabs(tabs: number, closers: (() => Promise<unknown>)[]): Promise<Call[]> {
  const page = await servePage({ scripts: [await bundle(PAGE)] })
  closers.push(() => page.close())
  const browser = await launchChromium()
  closers.push(() => browser.close())
  const profile = await browser.newContext()
  const calls: Call[] = []
  for (let tab = 0; tab < tabs; tab++) {
    const opened = await Tab.open<TreeCommands>(profile, page.url)
    calls.push(opened.call.bind(opened) as Call)
  }
  return calls
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
