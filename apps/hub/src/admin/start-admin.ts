import { HubError, type HubServer } from '@pigeon/hub/server'
import { isLoopback } from '../loopback.ts'
import type { HubProgramOptions } from '../options.ts'
import { ProgramError } from '../pages.ts'
import { AdminServer } from './admin-server.ts'
import { makeMetrics } from './metrics.ts'
import { Vitals } from './vitals.ts'

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
  const vitals = new Vitals()
  const startedAt = performance.now()
  const stats = (): object => {
    const uptime = (performance.now() - startedAt) / 1000
    const hub = {
      hubMeshNamespace,
      bootstrapHubs: { total: bootstrapHubs?.length ?? 0, connected: 0 },
    }
    const status = server.isDraining ? 'draining' : 'healthy'
    return { status, uptime, auth, ...hub, ...server.getStats(), ...vitals.signs }
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
        vitals.stop()
        await admin.stop()
      },
    }
  } catch (cause) {
    vitals.stop()
    const text = `the admin port ${adminPort} on ${adminHost} cannot be had; choose another with --admin-port`
    throw new HubError('PORT_BUSY', text, { cause })
  }
}
