import { afterEach, expect, test, vi } from 'vitest'
import { watchPage } from './page-browser.ts'

afterEach(() => vi.unstubAllGlobals())

/** A window and its document, as far as they matter here. */
function page() {
  const window = new EventTarget()
  const document = Object.assign(new EventTarget(), { visibilityState: 'visible' })
  vi.stubGlobal('addEventListener', window.addEventListener.bind(window))
  vi.stubGlobal('document', document)
  const seen: string[] = []
  const stop = watchPage({ leave: () => seen.push('leave'), wake: () => seen.push('wake') })
  const transition = (type: string, persisted: boolean) =>
    window.dispatchEvent(Object.assign(new Event(type), { persisted }))
  return { window, document, seen, stop, transition }
}

test('a page that goes for good leaves; one that the browser keeps is woken when it is back', () => {
  const { seen, transition } = page()
  transition('pagehide', true)
  transition('pageshow', true)
  expect(seen).toEqual(['wake'])
  transition('pageshow', false)
  transition('pagehide', false)
  expect(seen).toEqual(['wake', 'leave'])
})

test('a page is woken when it becomes visible, not when it is hidden', () => {
  const { document, seen } = page()
  document.visibilityState = 'hidden'
  document.dispatchEvent(new Event('visibilitychange'))
  expect(seen).toEqual([])
  document.visibilityState = 'visible'
  document.dispatchEvent(new Event('visibilitychange'))
  expect(seen).toEqual(['wake'])
})

test('a page is woken when its network is back, until it is not watched any more', () => {
  const { window, seen, stop } = page()
  window.dispatchEvent(new Event('online'))
  expect(seen).toEqual(['wake'])
  stop()
  window.dispatchEvent(new Event('online'))
  expect(seen).toEqual(['wake'])
})

test('without a page there is nothing to watch', () => {
  watchPage({ leave: () => expect.fail('left'), wake: () => expect.fail('woken') })()
})
