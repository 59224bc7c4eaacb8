// Searches the pages without a server: the index is a file beside them, loaded at the first letter.
import MiniSearch from './minisearch.js'

/** Results shown. */
const MAX_RESULTS = 12

const root = new URL(
  `${document.querySelector('script[data-root]')?.getAttribute('data-root')}/`,
  document.baseURI,
)
const query = /** @type {HTMLInputElement} */ (document.getElementById('query'))
const results = /** @type {HTMLOListElement} */ (document.getElementById('results'))

/** @type {Promise<MiniSearch> | undefined} */
let index

async function load() {
  const answer = await fetch(new URL('assets/index.json', root))
  return MiniSearch.loadJSON(await answer.text(), {
    fields: ['title', 'text'],
    storeFields: ['title', 'section', 'about'],
  })
}

/** @param {string} name @param {string} text */
function part(name, text) {
  const made = document.createElement(name)
  made.textContent = text
  return made
}

/** Goes through what was found by arrows. @param {number} step */
function move(step) {
  const all = /** @type {HTMLElement[]} */ ([query, ...results.querySelectorAll('a')])
  const here = all.indexOf(/** @type {HTMLElement} */ (document.activeElement))
  all[(here + step + all.length) % all.length]?.focus()
}

async function search() {
  const words = query.value.trim()
  if (words === '') {
    results.replaceChildren()
    return
  }
  index ??= load()
  const options = { prefix: true, fuzzy: 0.15, boost: { title: 4 } }
  const found = (await index).search(words, options).slice(0, MAX_RESULTS)
  if (query.value.trim() !== words) return
  results.replaceChildren(
    ...found.map(({ id, title, section, about }) => {
      const [item, link] = [document.createElement('li'), document.createElement('a')]
      link.href = new URL(id, root).href
      link.append(part('b', title), ' ', part('small', section), part('span', about))
      item.append(link)
      return item
    }),
  )
  if (found.length === 0) results.textContent = 'Nothing found'
}

query.addEventListener('input', () => void search())

query.parentElement?.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    query.value = ''
    results.replaceChildren()
    query.focus()
  } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    event.preventDefault()
    move(event.key === 'ArrowDown' ? 1 : -1)
  }
})

document.addEventListener('keydown', (event) => {
  const isTyping = /** @type {Element} */ (event.target).matches('input, textarea, select')
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isTyping) return
  event.preventDefault()
  query.focus()
})
