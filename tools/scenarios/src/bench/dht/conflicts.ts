import { Field } from './field.ts'
import type { Section } from './section.ts'

/** Two tabs of one user write one key with one number at once. */
export const conflicts: Section = ({ seeds }) => {
  let untold = 0
  let differing = 0
  for (const seed of seeds) {
    const field = new Field({ seed, peers: 100, cap: 8 })
    const { signer } = field.peer(0)
    for (let round = 0; round < 20; round++) {
      const salt = Uint8Array.of(round)
      const tabs = [field.anyone(), field.anyone()]
      const losers = new Set<number>()
      for (const [tab, peer] of tabs.entries()) {
        field.peer(peer).dht.on('overtaken', () => losers.add(tab))
      }
      field.all<void>(2, 0, (tab, done) => {
        const draft = { kind: 'signed', salt, signer, value: Uint8Array.of(round, tab) } as const
        const peer = tabs[tab] as number
        field.peer(peer).dht.put(draft, { seq: 1 }, (outcome) => {
          if (!outcome.ok) losers.add(tab)
          done()
        })
      })
      field.simulation.runFor(5000)
      const target = { kind: 'signed', key: signer.key, salt } as const
      const address = field.peer(0).dht.addressOf(target)
      const values = new Set<number>()
      const holders = field.living().filter((peer) => field.peer(peer).dht.held().includes(address))
      for (const peer of holders) {
        const record = field.peer(peer).dht.peek(address)
        if (record !== undefined) values.add(record.value[1] as number)
      }
      const [winner] = values
      if (values.size !== 1) differing++
      if (tabs[0] !== tabs[1] && !losers.has(1 - (winner as number))) untold++
    }
  }
  return [
    {
      metric: 'two tabs write one number: keys whose replicas differ',
      ours: differing,
      unit: '',
      goal: { atMost: 0 },
    },
    { metric: '... losers that were not told', ours: untold, unit: '', goal: { atMost: 0 } },
  ]
}
