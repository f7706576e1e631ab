/** Chromium's own record of what a page's thread did: its tasks, with the time that passed and the processor's time. */

import type { ChildProcess } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'

/** Makes Chromium take commands by its file descriptors 3 and 4, each a text of JSON that ends with a zero. */
export const PIPE_FLAG = '--remote-debugging-pipe'

interface TraceEvent {
  readonly name: string
  readonly cat: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds, as all times here. */
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args?: { readonly name?: string }
}

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: { readonly value?: readonly TraceEvent[] }
}

/** A task of the page's main thread, in ms. */
export interface Task {
  /** By the clock on the wall: on a machine that does other things, time in which the thread did not run counts too. */
  readonly wall: number
  /** By the thread's own clock. */
  readonly cpu: number
}

/** A trace under way. */
export class Trace {
  readonly #out: Writable
  readonly #events: TraceEvent[] = []
  #finish: () => void = () => {}
  #sent = 0

  constructor(browser: ChildProcess) {
    const [, , , out, input] = browser.stdio
    this.#out = out as Writable
    let rest = ''
    ;(input as Readable).on('data', (data) => {
      const texts = `${rest}${data}`.split('\0')
      rest = texts.pop() ?? ''
      for (const text of texts) this.#take(JSON.parse(text) as Message)
    })
  }

  /** Begins, and opens a page. */
  begin(url: string): void {
    const includedCategories = ['toplevel', 'blink.user_timing']
    this.#send('Tracing.start', { transferMode: 'ReportEvents', traceConfig: { includedCategories } })
    this.#send('Target.createTarget', { url })
  }

  /** Ends; returns the tasks of the page's main thread between its marks `<name> begin` and `<name> end`. */
  async end(): Promise<(name: string) => Task[]> {
    const finished = new Promise<void>((resolve) => {
      this.#finish = resolve
    })
    this.#send('Tracing.end', {})
    await finished
    const events = this.#events
    return (name) => {
      const mark = (end: string) =>
        events.find(({ cat, name: own }) => cat === 'blink.user_timing' && own === `${name} ${end}`)
      const [begin, end] = [mark('begin'), mark('end')]
      if (!begin || !end) throw new Error(`the page has not marked '${name}'`)
      const inside = ({ ts, dur = 0 }: TraceEvent) => ts + dur > begin.ts && ts < end.ts
      return events
        .filter(
          (event) =>
            event.name.endsWith('RunTask') && event.pid === begin.pid && event.tid === begin.tid && inside(event),
        )
        .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, cpu: tdur / 1000 }))
    }
  }

  #take({ method, params }: Message): void {
    if (method === 'Tracing.dataCollected') for (const event of params?.value ?? []) this.#events.push(event)
    if (method === 'Tracing.tracingComplete') this.#finish()
  }

  #send(method: string, params: object): void {
    this.#out.write(`${JSON.stringify({ id: ++this.#sent, method, params })}\0`)
  }
}
