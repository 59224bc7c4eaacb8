import type { RandomStream } from '@pigeon/simulator'
import type { BuiltNetwork } from './build-network.ts'
import type { ScenarioPeer } from './peer.ts'
import type { Fault } from './scenario.ts'

/** Puts every fault on the clock. */
export function scheduleFaults(built: BuiltNetwork, faults: readonly Fault[]): void {
  for (const fault of faults) {
    built.simulation.clock.after(fault.atMs, () => strike(built, fault))
  }
}

function strike(built: BuiltNetwork, fault: Fault): void {
  const { simulation, network, server } = built
  const random = simulation.random('faults')
  const later = (ms: number, run: () => void) => void simulation.clock.after(ms, run)
  switch (fault.type) {
    case 'kill':
      for (const peer of some(built, fault.share, random)) peer.crash()
      return
    case 'leave':
      for (const peer of some(built, fault.share, random)) peer.leave()
      return
    case 'restart':
      for (const peer of some(built, fault.share, random)) {
        peer.crash('process')
        peer.start()
      }
      return
    case 'pause':
      for (const { host } of some(built, fault.share, random)) {
        host.pause()
        later(fault.forMs, () => host.resume())
      }
      return
    case 'slow':
      for (const { host } of some(built, fault.share, random)) host.slowdown = fault.factor
      return
    case 'half-open':
      for (const { id, mesh } of some(built, fault.share, random)) {
        for (const other of mesh.peers) network.silence(id, other)
      }
      return
    case 'partition': {
      const groups = Array.from({ length: fault.groups }, () => [] as ScenarioPeer['id'][])
      for (const [index, { id }] of random.shuffled(built.peers).entries()) {
        groups[index % fault.groups]?.push(id)
      }
      network.partition(groups)
      later(fault.forMs, () => network.heal())
      return
    }
    case 'lose': {
      const before = network.options.lossRate
      network.lose(fault.rate)
      later(fault.forMs, () => network.lose(before))
      return
    }
    case 'hub-outage':
      server.outage()
      later(fault.forMs, () => server.restore())
      return
    case 'hub-restart':
      built.restartHub()
      return
  }
}

function some(built: BuiltNetwork, share: number, random: RandomStream): ScenarioPeer[] {
  const running = random.shuffled(built.running())
  return running.slice(0, Math.round(running.length * share))
}
