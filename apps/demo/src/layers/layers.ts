import type { PeerId, PigeonMesh } from '@pigeon/peer'
import { obeyOrders } from '../chaos/orders.ts'
import { openTransfers } from '../files/transfers.ts'
import { edgeKey, links, toldRtts } from '../network/picture.ts'
import { ripple } from '../network/ripples.ts'
import { openCalls } from '../video/calls.ts'
import { learnAbout } from './about.ts'
import { askResident } from './ask-resident.ts'
import { type Equipment, equip } from './equip.ts'
import { equipment } from './equipment.ts'
import { loadAhead } from './load-ahead.ts'

/** How often round trips are told, ms. */
const PULSE_MS = 5000

/** Round trips of others that are remembered. */
const MAX_RTTS = 4000

/** Opens everything that is not needed for the first picture. */
export function openLayers(mesh: PigeonMesh): void {
  const opened = equip(mesh)
  opened.ways.on('value', ({ value }) => {
    if (value[0] === mesh.peerId) ripple(value)
  })
  obeyOrders(opened)
  openTransfers(mesh)
  openCalls(mesh)
  sharePulse(opened)
  equipment.value = opened
  void loadAhead()
  learnAbout(() => askResident('demo/about'))
}

function sharePulse({ mesh, pulse }: Equipment): void {
  pulse.on('value', ({ from, value }) => {
    if (toldRtts.value.size > MAX_RTTS) toldRtts.value = new Map()
    const told = new Map(toldRtts.value)
    for (const [peer, ms] of value) told.set(edgeKey(from, peer as PeerId), ms)
    toldRtts.value = told
  })
  const timer = setInterval(() => {
    const known = [...links.value].flatMap(([peer, { rttMs }]) =>
      rttMs === undefined ? [] : [[peer, rttMs] as const],
    )
    if (known.length > 0 && mesh.peers.size > 0) pulse.publish(new Map(known))
  }, PULSE_MS)
  mesh.on('closed', () => clearInterval(timer))
}
