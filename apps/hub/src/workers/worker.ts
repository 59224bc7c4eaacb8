import cluster from 'node:cluster'
import type { MakeHubEngine } from '@pigeon/hub/federation'
import type { WorkerMessage } from './messages.ts'
import { WORKER_NUMBER } from './primary.ts'
import type { Channel } from './waiting-bytes.ts'
import { WorkerBus } from './worker-bus.ts'

/** What a worker does when its primary says so. */
export interface WorkerOrders {
  stop(): void
  drain(): void
  reload(): void
}

/** This process as a worker of the program. */
export interface ThisWorker {
  /** From 1. */
  readonly number: number
  /** Links to the other workers. */
  readonly engine: MakeHubEngine
  /** It serves. */
  ready(notice: string): void
  /** It cannot start; it ends with the exit code that is set. */
  give(): void
  /** Follows the primary from now on; when that is gone, Node ends this process. */
  obey(orders: WorkerOrders): void
}

/** This process as a worker, unless it is none. */
export async function thisWorker(): Promise<ThisWorker | undefined> {
  const { worker } = cluster
  const number = Number(process.env[WORKER_NUMBER])
  if (worker === undefined || !(number > 0)) return undefined
  const { busEngine } = await import('@pigeon/hub/nats')
  const primary: Channel = {
    send: (message, done) => worker.isConnected() && worker.send(message, done),
  }
  const bus = new WorkerBus(primary)
  worker.on('message', (message: WorkerMessage) => bus.take(message))
  return {
    number,
    engine: busEngine(bus),
    ready: (notice) => void worker.send({ type: 'ready', notice } satisfies WorkerMessage),
    give: () => worker.disconnect(),
    obey(orders) {
      // A terminal sends these to all processes; what they mean the primary says.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
      worker.on('message', ({ type }: WorkerMessage) => {
        if (type === 'stop' || type === 'drain' || type === 'reload') orders[type]()
      })
    },
  }
}
