import { monitorEventLoopDelay } from 'node:perf_hooks'
import { HubError, type HubServer } from '@pigeon/hub/server'
import { isLoopback } from '../loopback.ts'
import type { HubProgramOptions } from '../options.ts'
import { ProgramError } from '../pages.ts'
import { AdminServer } from './admin-server.ts'
import { makeMetrics } from './metrics.ts'

const MIB = 1024 * 1024

/** An admin port that runs. */
export interface RunningAdmin {
  readonly url: string
  stop(): Promise<void>
}

/**
 * Opens the admin port, if the options want one.
 * @throws ProgramError if it would be open to other machines without a token; HubError `PORT_BUSY`
 */
export async function startAdmin(
  server: HubServer,
  options: HubProgramOptions,
): Promise<RunningAdmin | undefined> {
  const { adminPort, adminHost, adminToken, auth, hubMeshNamespace, bootstrapHubs } = options
  if (adminPort === undefined) return undefined
  if (adminToken.length === 0 && !isLoopback(adminHost)) {
    throw new ProgramError(`--admin-host ${adminHost} is open to other machines: set ADMIN_TOKEN`)
  }
  const metrics = makeMetrics(server)
  const delay = monitorEventLoopDelay({ resolution: 100 })
  delay.enable()
  let cpu = process.cpuUsage()
  let cpuAt = performance.now()
  const startedAt = cpuAt
  const usage = (): number => {
    const { user, system } = process.cpuUsage(cpu)
    const share = (user + system) / 1000 / Math.max(1, performance.now() - cpuAt)
    cpu = process.cpuUsage()
    cpuAt = performance.now()
    return Math.round(share * 1000) / 10
  }
  const stats = (): object => {
    const loopDelayMs = Math.round(delay.percentile(99) / 1e5) / 10
    delay.reset()
    const memoryMiB = Math.round((10 * process.memoryUsage().rss) / MIB) / 10
    const uptime = (performance.now() - startedAt) / 1000
    const hub = {
      hubMeshNamespace,
      bootstrapHubs: { total: bootstrapHubs?.length ?? 0, connected: 0 },
    }
    const status = server.isDraining ? 'draining' : 'healthy'
    const process_ = { cpu: usage(), memoryMiB, loopDelayMs }
    return { status, uptime, auth, ...hub, ...server.getStats(), ...process_ }
  }
  const pages = {
    stats,
    metrics: async () => ({ type: metrics.contentType, text: await metrics.metrics() }),
  }
  const admin = new AdminServer(pages, adminToken)
  try {
    const port = await admin.start(adminPort, adminHost)
    return {
      url: `http://${adminHost}:${port}/`,
      async stop() {
        delay.disable()
        await admin.stop()
      },
    }
  } catch (cause) {
    const text = `the admin port ${adminPort} on ${adminHost} cannot be had; choose another with --admin-port`
    throw new HubError('PORT_BUSY', text, { cause })
  }
}
