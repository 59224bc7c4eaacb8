// The page by which anybody helps.
import { Helper } from './helper.ts'
import { drawTree } from './picture.ts'
import type { JobPage, Progress } from './wire.ts'

/** How often progress is asked for, ms. */
const EVERY_MS = 1000

function byId<T extends Element>(id: string): T {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`no element ${id}`)
  return found as unknown as T
}

const say = (id: string, text: string): void => {
  byId<HTMLElement>(id).textContent = text
}

const start = byId<HTMLButtonElement>('start')
const stop = byId<HTMLButtonElement>('stop')
const slots = byId<HTMLInputElement>('slots')
let helper: Helper | undefined

async function load<T>(name: string): Promise<T> {
  const response = await fetch(name, { cache: 'no-store' })
  if (!response.ok) throw new Error(`${name}: ${response.status}`)
  return (await response.json()) as T
}

function showSlots(): void {
  say('slots-shown', `${slots.value} of ${slots.max}`)
}

function setHelping(isHelping: boolean): void {
  start.disabled = isHelping
  slots.disabled = isHelping
  stop.disabled = !isHelping
}

async function help(job: JobPage): Promise<void> {
  setHelping(true)
  say('state', 'joining …')
  try {
    helper = await Helper.start(job, Number(slots.value), {
      joined: () => say('state', 'helping'),
      failed: (message) => {
        rest()
        say('state', `could not join: ${message}`)
      },
      computed: (count) => say('here', String(count)),
    })
  } catch (error) {
    rest()
    say('state', `could not join: ${error instanceof Error ? error.message : error}`)
  }
}

function rest(): void {
  helper?.stop()
  helper = undefined
  setHelping(false)
  say('state', 'not helping')
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000)
  if (seconds < 90) return `${seconds} s`
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`
}

function show({ done, dead, total, perSecond, leftMs, isOver, workers, tree }: Progress): void {
  const bar = byId<HTMLProgressElement>('bar')
  if (total === undefined) bar.removeAttribute('value')
  else {
    bar.max = Math.max(1, total)
    bar.value = done + dead
  }
  const of = total === undefined ? '' : ` of ${total}`
  say('done', `${done}${of}${dead > 0 ? `, ${dead} put aside` : ''}`)
  say('throughput', `${perSecond.toFixed(1)} per second`)
  say('devices', `${tree.length + 1} in the tree, ${workers.length} computed something`)
  say('left', isOver ? 'it is done' : leftMs === undefined ? 'unknown' : duration(leftMs))
  drawTree(byId<SVGElement>('tree'), tree, helper?.id.slice(0, 8))
}

async function follow(): Promise<void> {
  try {
    show(await load<Progress>('progress.json'))
  } catch {
    say('left', 'whoever asks is gone')
  }
  setTimeout(() => void follow(), EVERY_MS)
}

const job = await load<JobPage>('job.json')
say('who', job.who)
say('what', job.what)
say('hash', job.hash)
slots.max = String(Math.max(1, navigator.hardwareConcurrency))
slots.value = String(Math.max(1, Math.ceil(navigator.hardwareConcurrency / 2)))
showSlots()
slots.addEventListener('input', showSlots)
start.addEventListener('click', () => void help(job))
stop.addEventListener('click', rest)
addEventListener('pagehide', rest)
await follow()
