import './files.css'
import '../ui/progress.css'
import type { PeerId } from '@pigeon/peer'
import { links } from '../network/picture.ts'
import { chosen } from '../session/chosen.ts'
import { shortId } from '../session/short-id.ts'
import { Recipient } from '../ui/recipient.tsx'
import { toneOf } from '../ui/tone.ts'
import { bytes } from '../ui/units.ts'
import { accept, cancel, type FileRow, interrupt, offer, resume, rows } from './transfers.ts'

/** Files to one peer, and from all. */
export function Files() {
  const to = chosen.value
  return (
    <div class="stack pad">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset's legend would stand in the border */}
      <div
        role="group"
        aria-label="Send files"
        class="drop"
        onDragOver={(event) => event.preventDefault()}
        onDrop={(event) => {
          event.preventDefault()
          send(to, event.dataTransfer?.files)
        }}
      >
        <p>Drop files on a peer in the picture, or here once you have chosen one.</p>
        <div class="row">
          <Recipient nobody="choose a peer" />
          <label class={`button main${to === undefined ? ' disabled' : ''}`}>
            Choose files…
            <input
              type="file"
              multiple
              class="hidden-input"
              disabled={to === undefined}
              // Browsers open it with the space bar alone; it looks like a button, which Enter presses.
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return
                event.preventDefault()
                event.currentTarget.click()
              }}
              onChange={({ currentTarget }) => {
                send(to, currentTarget.files)
                currentTarget.value = ''
              }}
            />
          </label>
        </div>
      </div>
      <ul class="plain" aria-label="Files">
        {rows.value.map((row) => (
          <Row key={row.id} row={row} />
        ))}
      </ul>
      {rows.value.length === 0 && (
        <p class="quiet">
          They go straight to the other peer, are checked by SHA-256, and go on where they were when
          a link breaks.
        </p>
      )}
    </div>
  )
}

function send(to: PeerId | undefined, list: FileList | null | undefined): void {
  if (to !== undefined) offer(to, [...(list ?? [])])
}

function Row({ row }: { row: FileRow }) {
  const { id, name, size, peer, isIncoming, state, url, sha256 } = row
  const whose = isIncoming ? `from ${shortId(peer)}` : `to ${shortId(peer)}`
  return (
    <li class={`file ${state} ${toneOf(peer)}`}>
      <div class="row spread">
        <b>{name}</b>
        <span class="quiet">
          {size === undefined ? '' : `${bytes(size)} `}
          {whose}
        </span>
      </div>
      <progress
        max={size || 1}
        value={state === 'done' ? size || 1 : row.bytes}
        aria-label={name}
      />
      <div class="row spread">
        <span class="quiet">{words(row)}</span>
        <span class="row">
          {state === 'offered' && isIncoming && (
            <button type="button" class="main small" onClick={() => void accept(id)}>
              Accept
            </button>
          )}
          {state === 'running' && <Pause peer={peer} />}
          {(state === 'offered' || state === 'running') && (
            <button type="button" class="small" onClick={() => cancel(id)}>
              Cancel
            </button>
          )}
          {url !== undefined && (
            <a class="button small" href={url} download={name}>
              Save
            </a>
          )}
        </span>
      </div>
      {sha256 !== undefined && (
        <p class="hash">
          SHA-256 <code>{sha256}</code>
        </p>
      )}
    </li>
  )
}

/** Cuts the link, or asks for it again. */
function Pause({ peer }: { peer: PeerId }) {
  const isLinked = links.value.has(peer)
  return (
    <button type="button" class="small" onClick={() => (isLinked ? interrupt(peer) : resume(peer))}>
      {isLinked ? 'Cut the link' : 'Resume'}
    </button>
  )
}

function words({ state, bytes: done, size, bytesPerSecond, isIncoming, peer, note }: FileRow) {
  if (state === 'offered') return isIncoming ? 'is offered to you' : 'waits for a yes'
  if (state === 'done') return 'arrived, and checked'
  if (state === 'failed') return note
  if (!links.value.has(peer)) return 'the link is gone; it goes on by itself'
  const percent = size ? `${Math.floor((100 * done) / size)} %, ` : ''
  return `${percent}${bytes(bytesPerSecond)}/s`
}
