// A chat for everybody who opens the page: `?network=` names the room, `?hub=` the hub.
import { joinMesh } from '@pigeon/peer'

const address = new URL(location.href).searchParams
const network = address.get('network') ?? 'example-chat'
const hub = address.get('hub') ?? 'ws://localhost:3000'

document.body.innerHTML = `
  <p role="status">Joining…</p>
  <ol aria-label="Messages"></ol>
  <form><input aria-label="Message" autocomplete="off" /><button>Send</button></form>`
const find = <T extends Element>(selector: string) => document.querySelector(selector) as T
const [status, log] = [find<HTMLElement>('p'), find<HTMLElement>('ol')]
const [form, field] = [find<HTMLFormElement>('form'), find<HTMLInputElement>('input')]

function show(who: string, text: string): void {
  const line = document.createElement('li')
  line.textContent = `${who}: ${text}`
  log.append(line)
}

const mesh = await joinMesh(network, { hubs: [hub] })

function count(): void {
  status.textContent = `${mesh.peers.size} linked`
}
mesh.on('peerConnected', count)
mesh.on('peerDisconnected', count)
count()

// What others send may be anything: look at it before it is used.
mesh.on('messageReceived', ({ from, content }) => {
  if (typeof content === 'string') show(from.slice(0, 8), content)
})

form.addEventListener('submit', (event) => {
  event.preventDefault()
  if (field.value === '') return
  mesh.sendMessage(field.value)
  show('you', field.value)
  form.reset()
})
