import './document.css'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { mesh } from '../session/session.ts'
import { shortId } from '../session/short-id.ts'
import { toneOf } from '../ui/tone.ts'
import {
  anchor,
  carets,
  indexOf,
  isOnline,
  MAX_TEXT,
  members,
  openNotes,
  problem,
  setOnline,
  state,
  tellCaret,
  text,
  type,
  waiting,
} from './notes.ts'

/** A text that all write at once, and that merges after it was written apart. */
export function Document() {
  useEffect(() => {
    if (mesh.value !== undefined) void openNotes(mesh.value)
  }, [mesh.value])
  const isOpen = state.value === 'open'
  return (
    <div class="stack pad document">
      <div class="row spread">
        <label class="switch">
          <input
            type="checkbox"
            role="switch"
            checked={isOnline.value}
            aria-checked={isOnline.value}
            disabled={!isOpen}
            onChange={({ currentTarget }) => setOnline(currentTarget.checked)}
          />
          Online
        </label>
        <span class="quiet" role={isOnline.value ? 'status' : undefined}>
          {words()}
        </span>
      </div>
      <Editor isOpen={isOpen} />
      <p class="quiet">
        It is encrypted for those who share it, and signed by who wrote it. Go offline, write on
        both sides, and come back.
      </p>
    </div>
  )
}

function words(): string {
  if (state.value === 'opening') return 'Looking for the document…'
  if (state.value === 'waiting') return 'Waiting to be let in…'
  if (state.value === 'failed') return problem.value
  if (!isOnline.value) return `${waiting.value} edits wait for the network`
  return members.value === 1 ? 'You are alone in it' : `${members.value} share it`
}

function Editor({ isOpen }: { isOpen: boolean }) {
  const field = useRef<HTMLTextAreaElement>(null)
  const mirror = useRef<HTMLDivElement>(null)
  const selection = useRef<readonly ReturnType<typeof anchor>[]>([])
  const shown = text.value
  const keep = (): void => {
    const { selectionStart = 0, selectionEnd = 0 } = field.current ?? {}
    selection.current = [anchor(selectionStart), anchor(selectionEnd)]
    tellCaret(selectionEnd)
  }
  useLayoutEffect(() => {
    const area = field.current
    if (area === null || area.value === shown) return
    const [start, end] = selection.current.map(indexOf)
    area.value = shown
    if (start !== undefined && end !== undefined) area.setSelectionRange(start, end)
  }, [shown])
  return (
    <div class="editor">
      <div ref={mirror} class="mirror" aria-hidden="true">
        <Mirror text={shown} />
      </div>
      <textarea
        ref={field}
        aria-label="Shared document"
        placeholder={isOpen ? 'Write something; everybody sees it.' : ''}
        maxLength={MAX_TEXT}
        readOnly={!isOpen}
        spellcheck={false}
        onInput={({ currentTarget }) => {
          type(currentTarget.value, currentTarget.selectionEnd)
          keep()
        }}
        onSelect={keep}
        onScroll={({ currentTarget }) => {
          if (mirror.current !== null) mirror.current.scrollTop = currentTarget.scrollTop
        }}
      />
    </div>
  )
}

/** The same text behind the field, unseen but for the carets of others. */
function Mirror({ text }: { text: string }) {
  let from = 0
  const parts = carets.value.map(({ peer, index }) => {
    const before = text.slice(from, index)
    from = index
    return (
      <>
        {before}
        <span key={peer} class={`caret ${toneOf(peer)}`}>
          <i>{shortId(peer).slice(0, 4)}</i>
        </span>
      </>
    )
  })
  return (
    <>
      {parts}
      {`${text.slice(from)}\n`}
    </>
  )
}
