// One engine in one page, which browser.mjs opens and asks; the requests are in session.mjs. The address names adapter and options.
import { makeSession } from './session.mjs'

const asked = new URLSearchParams(location.search)
const { default: makeEngine } = await import(`../engines/${asked.get('adapter')}.mjs`)

export const answer = makeSession(makeEngine(JSON.parse(asked.get('options'))))
