import { FederatedHubServer } from '@pigeon/hub/federation'
import type { HubServer } from '@pigeon/hub/server'
import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'

/** Numbers of a hub in Prometheus's text format. */
export function makeMetrics(server: HubServer): Registry {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 100 })
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({
      name: `pigeon_hub_${name}`,
      help,
      registers,
      collect() {
        this.set(read())
      },
    })
  }
  const counter = (name: string, help: string, read: () => number): void => {
    new Counter({
      name: `pigeon_hub_${name}_total`,
      help,
      registers,
      collect() {
        this.reset()
        this.inc(read())
      },
    })
  }
  gauge('connections', 'Connections now', () => server.getStats().connections)
  gauge('peers', 'Members of all networks now', () => server.getStats().peers)
  gauge('v1_peers', 'Of those, peers of wire version 1', () => server.getStats().v1Peers)
  gauge('networks', 'Networks with members now', () => server.getStats().networks)
  gauge('away', 'Members for whom messages are kept', () => server.getStats().away)
  counter('relayed', 'Messages handed on', () => server.getStats().relayed)
  counter('kept', 'Messages kept for members that were away', () => server.getStats().kept)
  counter('undeliverable', 'Messages for nobody', () => server.getStats().undeliverable)
  counter('rate_limited', 'Messages above a rate', () => server.getStats().rateLimited)
  counter('malformed', 'Messages without sense', () => server.getStats().malformed)
  counter('spoofed', 'Messages that claimed another sender', () => server.getStats().spoofed)
  counter('named', 'Ids told to peers', () => server.getStats().named)
  if (server instanceof FederatedHubServer) {
    const stats = (): ReturnType<FederatedHubServer['getHubStats']> => server.getHubStats()
    const federation = () => server.getStats().federation
    gauge('hubs', 'Other hubs that can be reached', () => stats().totalHubs)
    gauge('hub_links_p2p', 'Links to hubs by WebRTC', () => stats().p2pConnections)
    gauge('hub_links_ws', 'Links to hubs by WebSocket', () => stats().socketConnections)
    gauge('directory_claims', 'Members kept for all hubs', () => federation()?.claims ?? 0)
    counter('hub_relayed', 'Messages to members of other hubs', () => federation()?.relayed ?? 0)
    counter('hub_resent', 'Messages between hubs sent again', () => federation()?.resent ?? 0)
    counter('hub_dropped', 'Messages between hubs dropped', () => federation()?.dropped ?? 0)
  }
  new Counter({
    name: 'pigeon_hub_ended_total',
    help: 'Connections the hub refused or ended, by code',
    labelNames: ['code'],
    registers,
    collect() {
      this.reset()
      for (const [code, count] of Object.entries(server.getStats().closed))
        this.inc({ code }, count)
      for (const [code, count] of Object.entries(server.getRefused())) {
        this.inc({ code: `HTTP_${code}` }, count)
      }
    },
  })
  return registry
}
