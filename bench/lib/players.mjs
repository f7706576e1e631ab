// The engines of a run, opened: each in a process or a browser of its own.
import { startPage } from './browser.mjs'
import { startEngine } from './child.mjs'

/**
 * Starts the chosen engines. Those that cannot open are named with the reason and left out.
 *
 * @param programs `{ node, python }`
 * @returns `{ players: [{ engine, child, facts }], unavailable: [{ id, reason }] }`; `facts` is what an engine says of itself
 */
export async function openPlayers(chosen, programs) {
  const players = []
  const unavailable = []
  for (const engine of chosen) {
    const child = engine.browser ? startPage(engine) : startEngine(engine, programs)
    try {
      const { unavailable: reason, ...facts } = await child.ask({ do: 'open' })
      if (reason) throw new Error(reason)
      players.push({ engine, child, facts })
    } catch (error) {
      unavailable.push({ id: engine.id, reason: error.message.split('\n')[0] })
      await child.close()
    }
  }
  return { players, unavailable }
}

export async function closePlayers(players) {
  for (const { child } of players) await child.close()
}

/** The players as a result lists them. */
export const describePlayers = (players) =>
  players.map(({ engine, facts }) => ({ id: engine.id, kind: engine.kind, ...facts }))
