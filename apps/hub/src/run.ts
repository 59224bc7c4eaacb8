import { networkInterfaces } from 'node:os'
import { type HubAddress, HubServer } from '@pigeon/hub/server'
import { logEvents, makeLog } from './log.ts'
import { DEFAULT_OPTIONS, type HubProgramOptions } from './options.ts'
import { servePages } from './pages.ts'

/** Options of {@link runHub}: any of the program's, without their defaults. */
export type RunHubOptions = Partial<HubProgramOptions>

/** A hub that runs in this process. */
export interface RunningHub {
  readonly address: HubAddress
  /** What peers on this machine connect to, such as `ws://localhost:3000`. */
  readonly url: string
  /** The server, for its events and numbers. */
  readonly server: HubServer
  /** What to tell the person who started it: where it is, and how safe that is. */
  readonly notice: string
  /** Tells all peers and ends within a second. */
  stop(): Promise<void>
}

/**
 * Starts a hub in this process, as the program does.
 * @throws HubError if it cannot listen; ProgramError if the folder of pages is none
 */
export async function runHub(options: RunHubOptions = {}): Promise<RunningHub> {
  const all: HubProgramOptions = { ...DEFAULT_OPTIONS, ...options }
  const { static: folder, logLevel, ...server } = all
  const requestHandler = folder === undefined ? undefined : servePages(folder)
  const hub = new HubServer({ ...server, requestHandler })
  logEvents(hub, makeLog(logLevel))
  const address = await hub.start()
  return {
    address,
    url: address.url,
    server: hub,
    notice: noticeOf(address, folder),
    stop: () => hub.stop(),
  }
}

function noticeOf({ host, port, url }: HubAddress, folder: string | undefined): string {
  const web = url.replace(/^ws/, 'http')
  const lines = ['The hub is running.', `  peers   ${url}`]
  for (const other of reachable(host)) lines.push(`          ws://${other}:${port}`)
  lines.push(`  health  ${web}/health`)
  if (folder !== undefined) lines.push(`  pages   ${web}/  (from ${folder})`)
  if (!isLoopback(host)) {
    lines.push(
      `It listens on ${host} and asks nobody who they are: anyone who can reach port ${port} can use it.`,
    )
  }
  return lines.join('\n')
}

/** This machine's IPv4 addresses, if it listens on all of them. */
function reachable(host: string): string[] {
  if (host !== '0.0.0.0' && host !== '::') return []
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ family, internal }) => family === 'IPv4' && !internal)
    .map(({ address }) => address)
}

/** RFC 6761, §6.3; RFC 1122, §3.2.1.3; RFC 4291, §2.5.3. */
function isLoopback(host: string): boolean {
  return host === 'localhost' || /^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1'
}
