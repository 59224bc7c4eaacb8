// One text for all who have its address, in CodeMirror 6: encrypted, signed, merged, with carets.
import { defaultKeymap } from '@codemirror/commands'
import { EditorState } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { yjsEngine } from '@pigeon/crdt-storage/yjs'
import { joinMesh } from '@pigeon/peer'
import { openChannel } from '@pigeon/peer/channels'
import { openRpc } from '@pigeon/peer/rpc'
import { openStorage } from '@pigeon/peer/storage'
import { yCollab } from 'y-codemirror.next'
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate } from 'y-protocols/awareness'
import type { Doc } from 'yjs'

const address = new URL(location.href).searchParams
const hub = address.get('hub') ?? 'ws://localhost:3000'
document.body.innerHTML = '<p role="status">Joining…</p>'
const status = document.querySelector('p') as HTMLElement

const mesh = await joinMesh('example-text', { hubs: [hub] })
const storage = await openStorage(mesh, { engine: yjsEngine })
const rpc = openRpc(mesh)

// Who opens the page without an address makes a text; its address is the link to share.
const id = location.hash.slice(1)
if (id !== '') await mesh.whenPeers(1)
const space = id === '' ? await storage.createSpace() : await storage.joinSpace(id)
location.hash = space.id

// Whoever may write lets others write: ask a person here instead, if you like.
rpc.handle('let me in', async (asked, { from }) => {
  if (asked === space.id) await space.grant(await storage.memberOf(from), 'write')
})
if (space.role === undefined) {
  const allowed = new Promise<void>((resolve) => {
    space.on('member', () => space.role !== undefined && resolve())
  })
  for await (const { status } of rpc.callMany([...mesh.peers], 'let me in', space.id)) {
    if (status === 'fulfilled') break
  }
  await allowed
}

// The document is one of Yjs, so its editor bindings work as they are.
const doc = space.doc('text') as Doc
const awareness = new Awareness(doc)
const carets = openChannel<Uint8Array>(mesh, 'carets')
awareness.setLocalStateField('user', { name: mesh.peerId.slice(0, 8), color: '#2563eb' })
awareness.on('update', (_changes: unknown, origin: unknown) => {
  if (origin !== carets) carets.publish(encodeAwarenessUpdate(awareness, [doc.clientID]))
})
carets.on('value', ({ value }) => applyAwarenessUpdate(awareness, value, carets))

const body = doc.getText('body')
new EditorView({
  parent: document.body,
  state: EditorState.create({
    doc: body.toString(),
    extensions: [
      keymap.of(defaultKeymap),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'Text' }),
      yCollab(body, awareness),
    ],
  }),
})
status.textContent = 'Share the address of this page.'
