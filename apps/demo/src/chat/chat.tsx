import './chat.css'
import { useEffect, useRef } from 'preact/hooks'
import { self } from '../session/session.ts'
import { shortId } from '../session/short-id.ts'
import { Recipient } from '../ui/recipient.tsx'
import { type Line, lines, send } from './lines.ts'

/** What was said, and a field to say something. */
export function Chat() {
  const log = useRef<HTMLDivElement>(null)
  const count = lines.value.length
  useEffect(() => {
    if (count > 0) log.current?.scrollTo({ top: log.current.scrollHeight })
  }, [count])
  return (
    <div class="chat">
      <div ref={log} class="log" role="log" aria-label="Messages" tabindex={0}>
        <ol>
          {lines.value.map((line) => (
            <ChatLine key={line.key} line={line} />
          ))}
        </ol>
        {count === 0 && (
          <p class="quiet">Nothing said yet. Open this page in a second tab, and write to it.</p>
        )}
      </div>
      <Compose />
    </div>
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
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        const field = new FormData(event.currentTarget).get('text')
        send(String(field).trim())
        event.currentTarget.reset()
      }}
    >
      <Recipient nobody="everyone" />
      <input
        name="text"
        autocomplete="off"
        maxLength={2000}
        placeholder="Say something"
        aria-label="Message"
      />
      <button type="submit" class="main" disabled={self.value === undefined}>
        Send
      </button>
    </form>
  )
}
