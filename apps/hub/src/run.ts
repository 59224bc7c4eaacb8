import { networkInterfaces } from 'node:os'
import { FederatedHubServer } from '@pigeon/hub/federation'
import { type HubAddress, HubServer } from '@pigeon/hub/server'
import type { Logger } from 'pino'
import { type RunningAdmin, startAdmin } from './admin/start-admin.ts'
import { federationOptions } from './federation-options.ts'
import { logEvents, logHubs, makeLog } from './log.ts'
import { isLoopback } from './loopback.ts'
import { DEFAULT_OPTIONS, type HubProgramOptions } from './options.ts'
import { ProgramError } from './pages.ts'
import { readTls, serverOptions } from './server-options.ts'
import { StunResponder } from './stun.ts'
import type { ThisWorker } from './workers/worker.ts'

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
  /** Where the admin port is, if there is one. */
  readonly adminUrl: string | undefined
  /** Reads certificate and key again. @throws ProgramError or HubError if they are not good */
  reloadTls(): void
  /** Asks all peers to move, and ends when they have, or the drain time is over. */
  drain(): Promise<void>
  /** Tells all peers and ends within a second. */
  stop(): Promise<void>
}

/**
 * Starts a hub in this process, as the program does.
 * @throws HubError if it cannot listen; ProgramError if an option cannot be followed
 */
export function runHub(options: RunHubOptions = {}): Promise<RunningHub> {
  if (options.workers !== undefined && options.workers !== 1) {
    throw new ProgramError(
      'workers are processes of the program; runHub starts one hub in this one',
    )
  }
  return startHub({ ...DEFAULT_OPTIONS, ...options })
}

/**
 * Starts a hub in this process.
 * @param worker which of several workers it is, if it is one
 */
export async function startHub(
  all: HubProgramOptions,
  worker?: Pick<ThisWorker, 'number' | 'engine'>,
): Promise<RunningHub> {
  const log = makeLog(all.logLevel)
  let stun: StunResponder | undefined
  const serverSettings = await serverOptions(all, () => stun?.port)
  const server =
    all.isHub === 'on'
      ? new FederatedHubServer({
          ...serverSettings,
          ...(await federationOptions(all, worker?.engine)),
        })
      : new HubServer(serverSettings)
  if (server instanceof FederatedHubServer) logHubs(server, log)
  logEvents(server, log, all.logIp)
  const address = await server.start()
  let admin: RunningAdmin | undefined
  try {
    admin = await startAdmin(server, { ...all, adminPort: adminPortOf(all, worker?.number) })
  } catch (error) {
    await server.stop()
    throw error
  }
  stun = await startStun(all, log)
  const stopOthers = async (): Promise<void> => {
    stun?.stop()
    stun = undefined
    await admin?.stop()
  }
  return {
    address,
    url: address.url,
    adminUrl: admin?.url,
    server,
    notice: noticeOf(address, all, admin?.url),
    reloadTls: () => {
      const tls = readTls(all)
      if (tls !== undefined) server.setTls(tls)
    },
    async drain() {
      await server.drain(all.drainTime * 1000, (all.bootstrapHubs ?? []).slice(0, 8))
      await stopOthers()
    },
    async stop() {
      await server.stop()
      await stopOthers()
    },
  }
}

/** Each worker has a port of its own: they have numbers of their own. */
function adminPortOf({ adminPort }: HubProgramOptions, number = 1): number | undefined {
  return adminPort === undefined || adminPort === 0 ? adminPort : adminPort + number - 1
}

/** Loopback needs no STUN, so many hubs may run beside each other there. */
async function startStun(
  { stunPort, host }: HubProgramOptions,
  log: Logger,
): Promise<StunResponder | undefined> {
  if (stunPort === 0 || (isLoopback(host) && stunPort === DEFAULT_OPTIONS.stunPort))
    return undefined
  try {
    return await StunResponder.start(stunPort, host)
  } catch (error) {
    log.warn(error, `no STUN: UDP port ${stunPort} cannot be had; --stun-port chooses another`)
    return undefined
  }
}

function noticeOf(
  { host, port, url }: HubAddress,
  { static: folder, auth, isHub, hubMeshNamespace, hubSecret, trustedHubs }: HubProgramOptions,
  adminUrl: string | undefined,
): string {
  const web = url.replace(/^ws/, 'http')
  const lines = ['The hub is running.', `  peers   ${url}`]
  if (hubMeshNamespace !== DEFAULT_OPTIONS.hubMeshNamespace) {
    lines.unshift(`Using custom hub mesh namespace: ${hubMeshNamespace}`)
  }
  for (const other of reachable(host)) lines.push(`          ws://${other}:${port}`)
  lines.push(`  health  ${web}/health`)
  if (folder !== undefined) lines.push(`  pages   ${web}/  (from ${folder})`)
  if (adminUrl !== undefined) lines.push(`  admin   ${adminUrl}`)
  if (isHub === 'on' && !isLoopback(host) && hubSecret.length + trustedHubs.length === 0) {
    lines.push('Hubs of other machines can join it once all have the same HUB_SECRET.')
  }
  if (!isLoopback(host) && auth === 'open') {
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
