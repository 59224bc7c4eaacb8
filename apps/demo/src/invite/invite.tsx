import './invite.css'
import { generate } from 'lean-qr'
import { about } from '../layers/about.ts'
import { where } from '../session/session.ts'
import { signal } from '../ui/signal.ts'
import { isLocal, linkTo } from './link.ts'

const copied = signal(false)

/** A link to this network, as text and as a picture for phones. */
export function Invite() {
  const link = linkNow()
  return (
    <div class="stack pad invite">
      <div class="row">
        <input readOnly value={link} aria-label="Link to this network" />
        <button type="button" class="main" onClick={() => void copy(link)}>
          {copied.value ? 'Copied' : 'Copy'}
        </button>
      </div>
      <Code text={link} />
      {isLocal(link) ? (
        <p>
          Only this computer can open this link. <code>npm start -- --lan</code> also lets phones
          and other computers of your network in.
        </p>
      ) : (
        <p>
          Whoever has this link can join.
          {link.startsWith('https:') &&
            ' If the certificate was made for this occasion, the browser warns that the connection is not private: choose “Advanced”, then “Proceed”.'}
        </p>
      )}
    </div>
  )
}

/** The link, with an address other machines reach if the program beside the hub knows one. */
function linkNow(): string {
  const here = linkTo(location.href, where.value.network)
  const [address] = about.value?.addresses ?? []
  return isLocal(here) && address !== undefined ? linkTo(address, where.value.network) : here
}

async function copy(link: string): Promise<void> {
  await navigator.clipboard.writeText(link)
  copied.value = true
  setTimeout(() => {
    copied.value = false
  }, 2000)
}

/** A QR code, drawn as one path. */
function Code({ text }: { text: string }) {
  const code = generate(text)
  let path = ''
  for (let y = 0; y < code.size; y++) {
    for (let x = 0; x < code.size; x++) if (code.get(x, y)) path += `M${x},${y}h1v1h-1z`
  }
  return (
    <svg
      class="code"
      viewBox={`-3 -3 ${code.size + 6} ${code.size + 6}`}
      role="img"
      aria-label="The link as a QR code"
    >
      <rect class="paper" x={-3} y={-3} width={code.size + 6} height={code.size + 6} />
      <path class="ink" d={path} />
    </svg>
  )
}
