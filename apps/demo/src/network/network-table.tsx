import './network-table.css'
import { choose, chosen } from '../session/chosen.ts'
import { self, suspects } from '../session/session.ts'
import { shortId } from '../session/short-id.ts'
import { hopsFrom } from './hops.ts'
import { links, nodes } from './picture.ts'

/** The same as the picture, in rows. */
export function NetworkTable() {
  const me = self.value
  const hops = me === undefined ? new Map() : hopsFrom(me, nodes.value)
  return (
    <section class="table" tabindex={0} aria-label="Peers as a table">
      <table>
        <caption>{nodes.value.length} in the network</caption>
        <thead>
          <tr>
            <th scope="col">Peer</th>
            <th scope="col">Runs in</th>
            <th scope="col">Away</th>
            <th scope="col">Round trip</th>
            <th scope="col">Links</th>
            <th scope="col">Write to</th>
          </tr>
        </thead>
        <tbody>
          {nodes.value.map(({ peerId, label, links: told }) => {
            const link = links.value.get(peerId)
            const state = suspects.value.has(peerId) ? ', not heard of' : ''
            return (
              <tr key={peerId}>
                <th scope="row">
                  <code>{shortId(peerId)}</code>
                </th>
                <td>{label === 'Node' ? 'program' : 'browser'}</td>
                <td>{away(hops.get(peerId)) + state}</td>
                <td>{link?.rttMs === undefined ? '–' : `${link.rttMs.toFixed(1)} ms`}</td>
                <td>{told.length}</td>
                <td>
                  {peerId !== me && (
                    <button
                      type="button"
                      class="small"
                      aria-pressed={chosen.value === peerId}
                      aria-label={`${chosen.value === peerId ? 'chosen' : 'choose'} ${shortId(peerId)}`}
                      onClick={() => choose(peerId)}
                    >
                      {chosen.value === peerId ? 'chosen' : 'choose'}
                    </button>
                  )}
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
    </section>
  )
}

function away(hops: number | undefined): string {
  if (hops === undefined) return 'no way known'
  if (hops === 0) return 'you'
  return hops === 1 ? '1 link' : `${hops} links`
}
