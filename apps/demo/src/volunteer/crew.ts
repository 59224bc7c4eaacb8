import { systemClock as clock, systemRandom as random } from '@pigeon/transport/system'
import type { TreeNode } from '@pigeon/tree-overlay'
import { connectTree } from '@pigeon/tree-overlay/bootstrap'
import { codeHash, OwnFunctions, Volunteer } from '@pigeon/volunteer'
import { explain } from '../session/session.ts'
import { signal } from '../ui/signal.ts'
import { HEIGHT, mandelbrot, WIDTH } from './mandelbrot.ts'
import { decodeRow, encodeRow, paintRow } from './row.ts'
import { turn } from './turn.ts'

/** The tree of the demo, and what its jobs are called: every page has the function itself. */
const TREE = 'pigeon-demo'
const CODE = 'pigeon-demo/mandelbrot/1'

/** Every eighth row first, so that the whole picture soon is there. */
const STRIDE = 8

/** Who computed how many rows. */
interface Share {
  readonly id: string
  readonly rows: number
}

/** Where this page is in the tree. */
interface Place {
  readonly id: string
  /** Nodes that it passes work on to, theirs included. */
  readonly below: number
  /** Links up to the root. */
  readonly depth: number
}

export const state = signal<'joining' | 'ready' | 'computing' | 'done'>('joining')
/** Why it is not in the tree yet, and what to try. */
export const problem = signal('')
export const place = signal<Place | undefined>(undefined)
export const shares = signal<readonly Share[]>([])
/** How many rows are there, and after how long, ms. */
export const progress = signal({ rows: 0, ms: 0 })
/** Rows that this page computed, for whomever. */
export const helped = signal(0)

let volunteer: Volunteer | undefined
let isOpened = false

/** Takes a place in the tree and helps whoever asks, once; tries until it has one. */
export async function openCrew(hub: string): Promise<void> {
  if (isOpened) return
  isOpened = true
  const tree = await connectTree(hub, { tree: TREE })
  volunteer = new Volunteer({ tree, clock, random })
  const compute = async (row: number): Promise<Uint8Array> => {
    await turn()
    return encodeRow(tree.id, mandelbrot(row))
  }
  volunteer.on('worked', () => {
    helped.value++
  })
  for (const event of ['parent-connect', 'parent-close', 'summary'] as const) {
    tree.on(event, () => locate(tree))
  }
  join(tree)
  volunteer.help(new OwnFunctions(new Map([[codeHash(CODE), compute]])))
}

function join(tree: TreeNode): void {
  tree.join((error) => {
    if (error === undefined) {
      problem.value = ''
      state.value = 'ready'
      locate(tree)
    } else {
      problem.value = `${explain(error)}; npm start runs the root of the tree. Trying again…`
      // It took 30 s until this was known.
      if (error.code === 'TREE_TIMEOUT') join(tree)
    }
  })
}

function locate(tree: TreeNode): void {
  const { id, parent, path, summary } = tree
  place.value =
    parent === null ? undefined : { id, below: summary.nodes - 1, depth: Math.max(1, path.length) }
}

/** Has the picture computed, and draws each row as it comes. */
export async function paint(canvas: HTMLCanvasElement): Promise<void> {
  const context = canvas.getContext('2d')
  if (volunteer === undefined || context === null) return
  const startedAt = performance.now()
  state.value = 'computing'
  shares.value = []
  progress.value = { rows: 0, ms: 0 }
  context.clearRect(0, 0, WIDTH, HEIGHT)
  const rows = Array.from({ length: HEIGHT }, (_, n) => n).sort(
    (a, b) => (a % STRIDE) - (b % STRIDE) || a - b,
  )
  const options = { code: CODE, total: HEIGHT, ordered: false, what: 'a row of a picture' }
  const job = volunteer.map<number, Uint8Array>(rows, options)
  let done = 0
  for await (const entry of job.entries()) {
    const row = 'value' in entry ? decodeRow(entry.value) : undefined
    if (row !== undefined) {
      const image = new ImageData(paintRow(row), WIDTH, 1)
      context.putImageData(image, 0, rows[entry.index] as number)
      done++
    }
    progress.value = { rows: done, ms: performance.now() - startedAt }
    shares.value = job.stats.workers.map(({ id, done: rows }) => ({ id, rows }))
  }
  state.value = 'done'
}
