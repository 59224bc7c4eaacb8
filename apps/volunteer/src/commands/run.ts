import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { availableParallelism, userInfo } from 'node:os'
import { basename } from 'node:path'
import { HubServer } from '@pigeon/hub/server'
import { treeEntry } from '@pigeon/tree-overlay/bootstrap'
import { codeHash, type Entry, hedgeAtTail, quorum } from '@pigeon/volunteer'
import { fileCheckpoint, Processes } from '@pigeon/volunteer/node'
import { Command } from 'commander'
import { linesOf, parsed } from '../inputs.ts'
import { becomeRoot, connectMember } from '../member.ts'
import { lineOf, writeLine } from '../output.ts'
import type { JobPage, Progress } from '../page/wire.ts'
import { servePage } from '../page-server.ts'
import { Submission } from '../submission.ts'
import { onStop } from '../until-stopped.ts'
import { from } from '../whole-number.ts'

interface Options {
  readonly stdin?: boolean
  readonly json?: boolean
  readonly unordered?: boolean
  readonly port: number
  readonly host: string
  readonly hub?: string[]
  readonly slots: number
  readonly timeout: number
  readonly tries: number
  readonly quorum: number
  readonly hedge: boolean
  readonly checkpoint?: string
  readonly total?: number
  readonly who: string
  readonly what?: string
}

const TREE = 'volunteers'

const NOTHING: Progress = {
  ...{ done: 0, dead: 0, total: undefined, perSecond: 0, leftMs: undefined, isOver: false },
  workers: [],
  tree: [],
}

/** `run`: computes inputs with all who open its page. */
export function runCommand(): Command {
  const processors = availableParallelism()
  return new Command('run')
    .description('computes inputs with everybody who helps; results go to the standard output')
    .argument('<task.js>', 'an ES module; its default export takes an input and returns a result')
    .argument('[inputs...]', 'unless --stdin')
    .option('--stdin', 'the inputs are the lines of the standard input')
    .option('--json', 'inputs are JSON, not text')
    .option('--unordered', 'results as they come')
    .option('--port <number>', 'of the page by which people help; 0 is any', from(0, 65_535), 3000)
    .option('--host <address>', 'of this machine; 0.0.0.0 is all', 'localhost')
    .option('--hub <url...>', 'bootstrap servers to use, instead of its own')
    .option(
      '--slots <number>',
      'tasks at once in this machine',
      from(0, 256),
      Math.max(1, processors - 1),
    )
    .option('--timeout <seconds>', 'of one task', from(1, 1e6), 60)
    .option('--tries <number>', 'how often a task may fail', from(1, 1000), 3)
    .option('--quorum <number>', 'devices that must agree on a result', from(1, 100), 1)
    .option('--no-hedge', 'no copies of what takes long at the end')
    .option('--checkpoint <file>', 'keeps results, to go on there')
    .option('--total <number>', 'inputs there will be, to tell the time left', from(0, 2 ** 48))
    .option('--who <name>', 'who asks', userInfo().username)
    .option('--what <text>', 'what it is about; the name of the file')
    .action(async (file: string, inputs: string[], options: Options) => {
      process.exitCode = await run(file, inputs, options)
    })
}

/** @returns the exit code: 1 if a task was put aside */
async function run(file: string, inputs: string[], options: Options): Promise<number> {
  const code = await readFile(file, 'utf8')
  const { who, what = basename(file), hub: others = [], port, host } = options
  const secret = randomBytes(32).toString('hex')
  const entry = await treeEntry(secret, TREE)
  const page: JobPage = { who, what, hash: codeHash(code), tree: TREE, entry, hubs: others }
  let submission: Submission | undefined
  const pages = servePage(page, () => submission?.progress() ?? NOTHING)
  const server = new HubServer({ port, host, requestHandler: pages })
  const { url } = await server.start()
  const member = await connectMember(others.length > 0 ? others : [url], { tree: TREE, secret })
  await becomeRoot(member)
  console.error(`Others help at ${url.replace(/^ws/, 'http')}`)
  console.error(
    `or with pigeon-volunteer node ${url.replace(/^ws/, 'http')} --allow-task ${page.hash}`,
  )

  const texts = options.stdin === true ? linesOf(process.stdin) : inputs
  const total = options.total ?? (options.stdin === true ? undefined : inputs.length)
  const checkpoint =
    options.checkpoint === undefined
      ? undefined
      : await fileCheckpoint(options.checkpoint, page.hash)
  const job = member.volunteer.map<unknown, unknown>(
    options.json === true ? parsed(texts) : texts,
    {
      code,
      who,
      what,
      ordered: options.unordered !== true,
      timeoutMs: options.timeout * 1000,
      tries: options.tries,
      ...(total !== undefined && { total }),
      ...(options.hedge && { hedge: hedgeAtTail() }),
      ...(options.quorum > 1 && { validation: quorum({ agreeing: options.quorum }) }),
      ...(checkpoint && { checkpoint }),
    },
  )
  submission = new Submission(member, job, total)
  const own = (offer: { readonly hash: string }) => offer.hash === page.hash
  if (options.slots > 0)
    member.volunteer.help(new Processes({ accepts: own, slots: options.slots }))
  const close = async () => {
    job.cancel()
    member.close()
    await checkpoint?.close()
    await server.stop()
  }
  onStop(close)
  try {
    let dead = 0
    for await (const result of job.entries()) dead += await write(result)
    return dead > 0 ? 1 : 0
  } finally {
    await close()
  }
}

/** Writes what came of one input: a line, empty if there is no result. @returns whether there is none */
async function write(entry: Entry<unknown, unknown>): Promise<number> {
  if ('value' in entry) {
    await writeLine(process.stdout, lineOf(entry.value))
    return 0
  }
  const { index, reason, text } = entry.dead
  console.error(`input ${index + 1} was put aside: ${reason}: ${text}`)
  await writeLine(process.stdout, '')
  return 1
}
