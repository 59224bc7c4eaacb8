import { useEffect, useRef } from 'preact/hooks'
import { type Line, lines, nodes, selected, self, send, shortId } from './state.ts'

/** What was said, and a field to say something. */
export function Chat() {
  const log = useRef<HTMLDivElement>(null)
  const count = lines.value.length
  useEffect(() => {
    if (count > 0) log.current?.scrollTo({ top: log.current.scrollHeight })
  }, [count])
  return (
    <section class="chat" aria-label="Chat">
      <div ref={log} class="log" role="log" aria-live="polite" aria-label="Messages">
        <ol>
          {lines.value.map((line) => (
            <ChatLine key={line.key} line={line} />
          ))}
        </ol>
        {count === 0 && <p class="empty">Nothing said yet. Open this page in a second tab, too.</p>}
      </div>
      <Compose />
    </section>
  )
}

function ChatLine({ line: { who, to, text, note, mine } }: { line: Line }) {
  const name = mine ? 'you' : shortId(who)
  const reader = to === undefined ? '' : ` → ${to === self.value ? 'you' : shortId(to)}`
  return (
    <li class={`${mine ? 'mine' : ''}${to ? ' direct' : ''}`}>
      <b>{name + reader}</b> {text} <small>{note}</small>
    </li>
  )
}

function Compose() {
  const others = nodes.value.filter(({ peerId }) => peerId !== self.value)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const field = new FormData(event.currentTarget).get('text')
        send(String(field).trim())
        event.currentTarget.reset()
      }}
    >
      <label>
        <span>To</span>
        <select
          value={selected.value ?? ''}
          onChange={({ currentTarget: { value } }) => {
            selected.value = others.find(({ peerId }) => peerId === value)?.peerId
          }}
        >
          <option value="">everyone</option>
          {others.map(({ peerId, label }) => (
            <option key={peerId} value={peerId}>
              {shortId(peerId)} {label && `(${label})`}
            </option>
          ))}
        </select>
      </label>
      <input
        name="text"
        autocomplete="off"
        maxLength={2000}
        placeholder="Say something"
        aria-label="Message"
      />
      <button type="submit" disabled={self.value === undefined}>
        Send
      </button>
    </form>
  )
}
