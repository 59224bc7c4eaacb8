/** The page of the admin port: it asks for the token, if there is one, and shows numbers as they change. */
export const DASHBOARD_HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Pigeon hub</title>
<link rel="icon" href="/icon.svg">
<link rel="stylesheet" href="/dashboard.css">
<h1>Pigeon hub</h1>
<form id="login" hidden><label>Admin token <input id="token" type="password" autocomplete="off"></label> <button>Show</button></form>
<p id="state" role="status">…</p>
<div id="tiles"></div>
<p>Lines show the last two minutes.</p>
<h2>Ended connections</h2>
<table><tbody id="ended"></tbody></table>
<script type="module" src="/dashboard.js"></script>
</html>
`

/** Its icon. */
export const DASHBOARD_ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><g fill="none" stroke="#888"><path d="M8 8 3 3m5 5 5-5M8 8v6"/></g><g fill="#38c"><circle cx="8" cy="8" r="3"/><circle cx="3" cy="3" r="2"/><circle cx="13" cy="3" r="2"/><circle cx="8" cy="14" r="2"/></g></svg>`

/** Its style. */
export const DASHBOARD_CSS = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
#tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(11rem, 1fr)); gap: 1rem }
.tile { border: 1px solid #8886; border-radius: .5rem; padding: .75rem 1rem; display: flex; flex-direction: column }
.tile b { display: block; font-size: 1.6rem; font-variant-numeric: tabular-nums }
.tile svg { width: 100%; height: 2rem; margin-top: auto; stroke: currentColor; fill: none }
td { padding-right: 2rem; font-variant-numeric: tabular-nums }
`

/** Its script. What it shows are numbers and names of this program: nothing of peers reaches the page. */
export const DASHBOARD_JS = `const EVERY_MS = 2000
const KEPT = 60
const TILES = [
  ['connections', 'connections'], ['peers', 'peers'], ['networks', 'networks'],
  ['relayed', 'messages a second', true], ['undeliverable', 'undeliverable a second', true],
  ['rateLimited', 'rate-limited a second', true], ['cpu', 'CPU, % of a core'],
  ['memoryMiB', 'memory, MiB'], ['loopDelayMs', 'event loop late, ms'],
]
const history = new Map(TILES.map(([key]) => [key, []]))
const $ = (id) => document.getElementById(id)
let last

async function refresh() {
  const token = sessionStorage.getItem('token')
  let response
  try {
    response = await fetch('/stats', { headers: token ? { authorization: 'Bearer ' + token } : {} })
  } catch {
    $('state').textContent = 'The hub does not answer.'
    return
  }
  $('login').hidden = response.status !== 401
  if (!response.ok) {
    $('state').textContent = response.status === 401 ? 'A token is needed.' : 'Error ' + response.status
    return
  }
  const stats = await response.json()
  show(stats)
  last = stats
}

function show(stats) {
  $('state').textContent = stats.status + ', up for ' + Math.round(stats.uptime) + ' s, auth ' + stats.auth
  const seconds = last ? stats.uptime - last.uptime : 0
  $('tiles').replaceChildren(...TILES.map(([key, label, isRate]) => {
    const value = isRate ? (seconds > 0 ? (stats[key] - last[key]) / seconds : 0) : stats[key]
    const values = history.get(key)
    values.push(value)
    if (values.length > KEPT) values.shift()
    return tile(label, value, values)
  }))
  const ended = Object.entries(stats.closed)
  $('ended').replaceChildren(...(ended.length > 0 ? ended : [['none by this hub so far', '']]).map(([code, count]) => {
    const row = document.createElement('tr')
    for (const text of [code, count]) row.insertCell().textContent = text
    return row
  }))
}

function tile(label, value, values) {
  const element = document.createElement('div')
  element.className = 'tile'
  const number = document.createElement('b')
  number.textContent = value >= 100 ? Math.round(value).toLocaleString() : value.toFixed(value % 1 ? 1 : 0)
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg')
  svg.setAttribute('viewBox', '0 0 ' + (KEPT - 1) + ' 10')
  svg.setAttribute('preserveAspectRatio', 'none')
  const line = document.createElementNS(svg.namespaceURI, 'polyline')
  const top = Math.max(...values, 1)
  line.setAttribute('points', values.map((each, x) => KEPT - values.length + x + ',' + (10 - 9 * each / top)).join(' '))
  line.setAttribute('vector-effect', 'non-scaling-stroke')
  svg.append(line)
  element.append(number, label, svg)
  return element
}

$('login').addEventListener('submit', (event) => {
  event.preventDefault()
  sessionStorage.setItem('token', $('token').value)
  void refresh()
})
setInterval(refresh, EVERY_MS)
void refresh()
`
