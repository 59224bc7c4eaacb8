// Files dropped on the page go to everybody who has it open.
import { joinMesh } from '@pigeon/peer'
import { type FileTransfer, openFiles } from '@pigeon/peer/files'

const address = new URL(location.href).searchParams
const hub = address.get('hub') ?? 'ws://localhost:3000'

document.body.innerHTML = `
  <p role="status">Joining…</p>
  <label>Drop files anywhere, or choose some <input type="file" multiple /></label>
  <ul aria-label="Files"></ul>`
const find = <T extends Element>(selector: string) => document.querySelector(selector) as T
const [status, list] = [find<HTMLElement>('p'), find<HTMLElement>('ul')]
const chooser = find<HTMLInputElement>('input')

const mesh = await joinMesh('example-files', { hubs: [hub] })
const files = openFiles(mesh)

function count(): void {
  status.textContent = `${mesh.peers.size} linked`
}
mesh.on('peerConnected', count)
mesh.on('peerDisconnected', count)
count()

/** A line that tells how far a file is. @returns the line */
function follow(file: FileTransfer, who: string): HTMLElement {
  const line = document.createElement('li')
  list.append(line)
  const say = (text: string) => line.replaceChildren(`${file.name} ${who}: ${text}`)
  say('offered')
  void (async () => {
    for await (const { bytes, total, bytesPerSecond } of file.progress()) {
      say(`${bytes} of ${total ?? '?'} bytes, ${(bytesPerSecond / 1e6).toFixed(1)} MB/s`)
    }
    // The SHA-256 of the whole was compared.
    await file.done.then(
      () => say('arrived'),
      (error) => say(`${error.code}. ${error.hint}`),
    )
  })()
  return line
}

files.on('offer', async (file) => {
  const line = follow(file, `from ${file.from.slice(0, 8)}`)
  const blob = await file.save()
  await file.done
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([blob], { type: 'application/octet-stream' }))
  link.download = file.name
  link.textContent = `Save ${file.name}`
  line.after(link)
})

function send(chosen: Iterable<File>): void {
  for (const data of chosen) {
    for (const peer of mesh.peers) follow(files.sendFile(peer, data), `to ${peer.slice(0, 8)}`)
  }
}
chooser.addEventListener('change', () => send(chooser.files ?? []))
addEventListener('dragover', (event) => event.preventDefault())
addEventListener('drop', (event) => {
  event.preventDefault()
  send(event.dataTransfer?.files ?? [])
})
