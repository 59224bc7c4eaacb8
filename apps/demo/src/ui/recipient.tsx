import { others } from '../network/picture.ts'
import { chosen } from '../session/chosen.ts'
import { shortId } from '../session/short-id.ts'

/** Chooses a peer, the same as in the picture. */
export function Recipient({ nobody }: { nobody: string }) {
  return (
    <label>
      <span>To</span>
      <select
        value={chosen.value ?? ''}
        onChange={({ currentTarget: { value } }) => {
          chosen.value = others.value.find(({ peerId }) => peerId === value)?.peerId
        }}
      >
        <option value="">{nobody}</option>
        {others.value.map(({ peerId, label }) => (
          <option key={peerId} value={peerId}>
            {shortId(peerId)} {label === 'Node' && '(program)'}
          </option>
        ))}
      </select>
    </label>
  )
}
