import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { countMessages } from './count-messages.ts'

class Socket extends EventEmitter {
  readonly sent: unknown[] = []
  send(data: unknown): void {
    this.sent.push(data)
  }
  ping(): void {}
}

test('what sockets send and receive is counted, and happens as before', () => {
  const heard: unknown[] = []
  const socket = new Socket().on('message', (data) => heard.push(data))
  socket.send('before')
  const messages = countMessages(Socket)
  socket.send('a')
  new Socket().ping()
  socket.emit('message', 'b')
  socket.emit('ping')
  socket.emit('close')
  expect(messages()).toBe(4)
  expect(socket.sent).toEqual(['before', 'a'])
  expect(heard).toEqual(['b'])
  expect(new EventEmitter().emit('message')).toBe(false)
})
