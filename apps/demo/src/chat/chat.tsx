import './chat.css'
import { useEffect, useRef } from 'preact/hooks'
import { self } from '../session/session.ts'
import { shortId } from '../session/short-id.ts'
import { Recipient } from '../ui/recipient.tsx'
import { toneOf } from '../ui/tone.ts'
import { type Line, lines, send } from './lines.ts'

/** What was said, and a field to say something. */
export function Chat() {
  const log = useRef<HTMLDivElement>(null)
  const count = lines.value.length
  useEffect(() => {
    if (count > 0) log.current?.scrollTo({ top: 0 })
  }, [count])
  return (
    <div class="chat">
      <div ref={log} class="log" role="log" aria-label="Messages" tabindex={0}>
        <ol>
          {lines.value.map((line) => (
            <ChatLine key={line.key} line={line} />
          ))}
        </ol>
        {count === 0 && <Welcome />}
      </div>
      <Compose />
    </div>
  )
}

/** What there is to try, for those who have just come. */
function Welcome() {
  return (
    <div class="welcome stack">
      <h2>This page is a peer</h2>
      <p>
        What you say and send goes straight from browser to browser. The hub only introduces; kill
        it, and the links stay.
      </p>
      <ol>
        <li>Open this page in a second tab, and write to it: the message runs along the links.</li>
        <li>Drop a file on somebody in the picture, or send a picture by “Video”.</li>
        <li>Break something above, and watch how long it takes to heal.</li>
      </ol>
      <p>
        <a class="button main" href={location.href} target="_blank" rel="noopener">
          Open a second tab
        </a>
      </p>
    </div>
  )
}

function ChatLine({ line: { who, to, text, note, mine } }: { line: Line }) {
  const name = mine ? 'you' : shortId(who)
  const reader = to === undefined ? '' : ` → ${to === self.value ? 'you' : shortId(to)}`
  return (
    <li class={`${toneOf(who)}${mine ? ' mine' : ''}${to ? ' direct' : ''}`}>
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
