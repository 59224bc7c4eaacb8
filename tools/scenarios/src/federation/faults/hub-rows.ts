import { spawn } from 'node:child_process'
import { Namespaces } from './namespaces.ts'
import { Chatter, type FaultClient, FaultNetwork, sleep, until } from './network.ts'
import { type FaultRow, found, freePort } from './row.ts'

const NO_NAMESPACES = { skipped: 'needs root, ip and nft' }

/** What goes wrong with hubs, and between them. */
export const HUB_ROWS: readonly FaultRow[] = [
  {
    id: 'F1',
    name: 'kill -9 one of 3 hubs with 300 clients',
    async run(program) {
      const network = await FaultNetwork.start(program, 3)
      try {
        await network.join(300)
        const lost = network.at(2)
        const [from] = network.at(0)
        const [to] = lost
        const at = performance.now()
        await network.hubs[2]?.end()
        const isGone = until(() => network.isWhole(1, [0, 1]), 20_000)
        from?.say(to as FaultClient, 'too late')
        const backAfter: number[] = []
        const isBack = (): boolean => {
          const back = lost.filter(({ connectedTo }) => connectedTo !== '').length
          while (backAfter.length < back) backAfter.push(performance.now() - at)
          return back === lost.length
        }
        await until(() => lost.every(({ disconnects }) => disconnects > 0), 2000)
        await until(isBack, 20_000)
        const gone = await isGone
        const told = await until(
          () => from?.undeliverable.length === 1 || to?.heard.has('too late') === true,
          10_000,
        )
        const p = (part: number): number =>
          backAfter[Math.min(backAfter.length - 1, Math.floor(backAfter.length * part))] ??
          Number.POSITIVE_INFINITY
        return [
          found('clients back, p50', p(0.5), 1000),
          found('clients back, p99', p(0.99), 5000),
          found('hub gone from the others', gone, 10_000),
          found('message in flight delivered or undeliverable', told, 6000),
        ]
      } finally {
        await network.end()
      }
    },
  },
  {
    id: 'F2',
    name: 'SIGTERM drain of one of 3 hubs under 200 messages/s',
    async run(program) {
      const network = await FaultNetwork.start(program, 3, { drainTime: 5 })
      try {
        await network.join(60)
        const chatter = new Chatter(network.clients)
        chatter.start(200)
        await sleep(1000)
        const at = performance.now()
        await network.hubs[1]?.call('drain')
        const tookMs = performance.now() - at
        await sleep(1000)
        await chatter.stop()
        await sleep(5000)
        const { lost, repeated } = chatter.outcome
        const elsewhere = network.clients.filter(({ connectedTo }) => connectedTo !== '').length
        return [
          found(`lost of ${chatter.sent.length}`, lost, 0, ''),
          found('repeated', repeated, 0, ''),
          found('drained', tookMs, 7000),
          found('clients without a hub', 60 - elsewhere, 0, ''),
        ]
      } finally {
        await network.end()
      }
    },
  },
  {
    id: 'F3',
    name: 'partition A | B+C for 60 s',
    async run(program) {
      const machines = Namespaces.create(3)
      if (machines === undefined) return NO_NAMESPACES
      let network: FaultNetwork | undefined
      try {
        network = await FaultNetwork.start(program, 3, { hubMeshTransport: 'ws' }, machines)
        const hubs = network
        await hubs.join(30, true)
        machines.cut(0, [1, 2])
        const seen = await until(
          async () => (await hubs.isWhole(0, [0])) && (await hubs.isWhole(1, [1, 2])),
          20_000,
        )
        const chatter = new Chatter(hubs.clients)
        chatter.start(50)
        const local = new Chatter(hubs.at(0))
        local.start(20)
        await sleep(60_000 - seen)
        await chatter.stop()
        await local.stop()
        machines.heal()
        const healed = await until(() => hubs.isWhole(2), 60_000)
        const equal = await until(async () => {
          const claims = await Promise.all(hubs.hubs.map((hub) => hub.call('counts')))
          return claims.every((each) => each.claims === 30)
        }, 30_000)
        const after = new Chatter(hubs.clients)
        after.start(50)
        await sleep(2000)
        await after.stop()
        await sleep(5000)
        return [
          found('seen', seen, 10_000),
          found('messages on A lost meanwhile', local.outcome.lost, 0, ''),
          found('hubs linked again', healed, 35_000),
          found('directories equal after that', equal, 10_000),
          found('repeated', chatter.outcome.repeated + after.outcome.repeated, 0, ''),
          found('lost after healing', after.outcome.lost, 0, ''),
        ]
      } finally {
        await network?.end()
        machines.destroy()
      }
    },
  },
  {
    id: 'F4',
    name: 'SIGSTOP one of 3 hubs for 5 s',
    async run(program) {
      const network = await FaultNetwork.start(program, 3)
      try {
        await network.join(60)
        const before = network.at(1).length
        network.hubs[1]?.signal('SIGSTOP')
        await sleep(5000)
        network.hubs[1]?.signal('SIGCONT')
        const whole = await until(() => network.isWhole(2), 20_000)
        await sleep(2000)
        return [
          found('clients it lost', before - network.at(1).length, 0, ''),
          found('hubs one network again', whole, 10_000),
        ]
      } finally {
        await network.end()
      }
    },
  },
  {
    id: 'F18',
    name: 'bootstrap hub comes up a minute late',
    async run(program) {
      const port = await freePort()
      const late = { bootstrapHubs: [`ws://127.0.0.1:${port}`] }
      const network = await FaultNetwork.start(program, 1, late)
      try {
        await sleep(60_000)
        const first = await FaultNetwork.start(program, 1, { port })
        const found_ = await until(() => network.isWhole(1), 60_000)
        await first.end()
        return [found('found', found_, 35_000)]
      } finally {
        await network.end()
      }
    },
  },
  {
    id: 'F22',
    name: 'NATS killed for 30 s',
    async run(program) {
      const port = await freePort()
      const start = () =>
        spawn('nats-server', ['-p', `${port}`, '-a', '127.0.0.1'], { stdio: 'ignore' })
      let nats = start()
      const isThere = await new Promise<boolean>((resolve) => {
        nats.on('error', () => resolve(false))
        nats.on('spawn', () => resolve(true))
      })
      if (!isThere) return { skipped: 'needs nats-server' }
      const links = { bootstrapHubs: [], hubMeshTransport: 'ws' as const }
      const options = { ...links, nats: [`127.0.0.1:${port}`] }
      const network = await FaultNetwork.start(program, 3, options)
      try {
        await network.join(60)
        nats.kill('SIGKILL')
        const down = await until(() => network.isWhole(0), 10_000)
        const local = new Chatter(network.at(0))
        local.start(100)
        await sleep(30_000 - down)
        await local.stop()
        nats = start()
        const up = await until(() => network.isWhole(2), 20_000)
        const all = new Chatter(network.clients)
        await sleep(1000)
        all.start(100)
        await sleep(2000)
        await all.stop()
        await sleep(1000)
        const drops = network.clients.reduce((sum, { disconnects }) => sum + disconnects, 0)
        return [
          found(`local messages lost of ${local.sent.length}`, local.outcome.lost, 0, ''),
          found('clients dropped', drops, 0, ''),
          found('recovered', up, 5000),
          found(`lost after that of ${all.sent.length}`, all.outcome.lost, 0, ''),
        ]
      } finally {
        nats.kill('SIGKILL')
        await network.end()
      }
    },
  },
  {
    id: 'F23',
    name: 'UDP blocked between hubs linked by WebRTC',
    async run(program) {
      const machines = Namespaces.create(3)
      if (machines === undefined) return NO_NAMESPACES
      let network: FaultNetwork | undefined
      try {
        network = await FaultNetwork.start(program, 3, { meshMigrationDelay: 1 }, machines)
        const hubs = network
        await hubs.join(30, true)
        const views = () => Promise.all(hubs.hubs.map((hub) => hub.call('view')))
        const migrated = await until(
          async () => (await views()).every((each) => each.migrated),
          60_000,
        )
        const chatter = new Chatter(hubs.clients)
        chatter.start(50)
        await sleep(2000)
        machines.blockUdp()
        const isBySocket = async (): Promise<boolean> =>
          (await views()).every((each) =>
            each.hubs.every(({ link }) => link === 'ws' || link === undefined),
          )
        const took = await until(isBySocket, 20_000)
        await sleep(3000)
        await chatter.stop()
        await sleep(6000)
        machines.heal()
        const { lost, repeated } = chatter.outcome
        await sleep(30_000)
        const stays = (await views()).every((each) => !each.migrated)
        return [
          found('migrated at first', migrated, 60_000),
          found('WebSockets took over', took, 3000),
          found(`lost of ${chatter.sent.length}`, lost, 0, ''),
          found('repeated', repeated, 0, ''),
          { what: `by WebSocket still after 30 s: ${stays}`, isGood: stays },
        ]
      } finally {
        await network?.end()
        machines.destroy()
      }
    },
  },
]
