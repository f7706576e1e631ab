/** Shows how training goes. */

import { checkOptions, checkRange, outOfRange } from '../../checks.ts'
import type { Callback, Logs } from './callback.ts'
import { own } from './own.ts'

/** The options of {@link progress}. */
export interface ProgressOptions {
  /** Where text goes. Default: the terminal if there is one, else lines to `console.log`. */
  readonly write?: ((text: string) => void) | undefined
  /** Whether one line is redrawn as training goes; otherwise there is one line an epoch. Default: when text goes to a terminal. */
  readonly live?: boolean | undefined
  /** How many characters the bar has, at most 1000. Default 24. */
  readonly width?: number | undefined
}

/** A live display is redrawn at most this often, in ms. */
const INTERVAL = 50

/** No terminal is wider than this bar. */
const WIDEST = 1000

/** What is to be known of a terminal. */
interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  readonly write: (text: string) => unknown
}

/** The terminal, if there is one. @internal */
export function terminal(): Terminal | undefined {
  const { stderr, stdout } = (globalThis.process ?? {}) as { stderr?: Terminal; stdout?: Terminal }
  return [stderr, stdout].find((stream) => stream?.isTTY)
}

/**
 * A progress bar: epoch, batch, time and figures, on one line an epoch. `fit` shows it by default in a terminal.
 *
 * @throws ConfigError when an option is unknown or out of its range.
 */
export function progress(options: ProgressOptions = {}): Callback {
  const given = checkOptions('progress', options, ['write', 'live', 'width'])
  if (given.write !== undefined && typeof given.write !== 'function') {
    throw outOfRange('progress', 'write', 'a function (text)', given.write)
  }
  const screen = given.write === undefined ? terminal() : undefined
  const live = checkRange('progress', 'live', given.live ?? screen !== undefined, 'flag')
  const width = checkRange('progress', 'width', given.width ?? 24, 'count')
  if (width > WIDEST) throw outOfRange('progress', 'width', `at most ${WIDEST} characters`, width)
  const write = (given.write as ((text: string) => void) | undefined) ?? writer(screen)
  let epoch = 0
  let start = 0
  let drawn = 0
  let open = false

  const line = (batches: number, training: { epochs: number; batches: number }, logs: Logs, done: boolean): string => {
    const seconds = (performance.now() - start) / 1000
    // How many there are may not be known.
    const share = Math.min(1, batches / training.batches || 0)
    const total = Number.isNaN(training.batches) ? '?' : String(training.batches)
    const count = String(batches).padStart(total.length)
    const left = share > 0 && !done ? `, ${formatSeconds((seconds / share) * (1 - share))} left` : ''
    const figures = Object.entries(logs).map(([name, value]) => `${name} ${formatFigure(value)}`)
    const head = `Epoch ${String(epoch + 1).padStart(String(training.epochs).length)}/${training.epochs}`
    return [`${head} ${bar(share, width)} ${count}/${total} ${formatSeconds(seconds)}${left}`, ...figures].join('  ')
  }
  const draw = (text: string, end: boolean) => {
    if (!live) return write(`${text}\n`)
    const room = (screen?.columns ?? 0) - 1
    open = !end
    write(`\r\u001b[2K${room > 0 && !end ? text.slice(0, room) : text}${end ? '\n' : ''}`)
  }
  return own({
    onEpochBegin(now, _, training) {
      epoch = now
      start = performance.now()
      drawn = 0
      if (live) draw(line(0, training, {}, false), false)
    },
    onProgress(batches, logs, training) {
      const now = performance.now()
      if (!live || now - drawn < INTERVAL) return
      drawn = now
      draw(line(batches, training, logs, false), false)
    },
    onEpochEnd(_, logs, training) {
      draw(line(training.batchesDone, training, logs, true), true)
    },
    onTrainError() {
      if (open) write('\n')
      open = false
    },
  })
}

/** The display that the option `verbose` asks for. @internal */
export function readVerbose(where: string, verbose: unknown): Callback | undefined {
  switch (verbose) {
    case undefined:
      return terminal() ? progress() : undefined
    case false:
    case 0:
      return undefined
    case true:
    case 1:
      return progress()
    case 2:
      return progress({ live: false })
    default:
      throw outOfRange(where, 'verbose', '0, 1, 2, true or false', verbose)
  }
}

function writer(screen: Terminal | undefined): (text: string) => void {
  if (screen) return (text) => void screen.write(text)
  return (text) => console.log(text.trimEnd())
}

const bar = (share: number, width: number): string => {
  const full = Math.round(share * width)
  return '━'.repeat(full) + '╌'.repeat(width - full)
}

/** A time in words. @internal */
export const formatSeconds = (seconds: number): string => {
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** Four significant digits or so, without an exponent for everyday sizes. */
const formatFigure = (value: number): string => {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(2)
  return value.toFixed(size < 100 ? 4 : 1)
}
