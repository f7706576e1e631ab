import { describe, expect, it, vi } from 'vitest'
import { type Callback, ConfigError, NumericalError, progress } from '../../../ts/index.ts'
import { formatSeconds } from '../../../ts/model/callbacks/progress.ts'
import { blobs, classifier } from '../support.ts'

const { x, y } = blobs(20)

describe('progress', () => {
  it('writes a line for each epoch where there is no terminal', async () => {
    const lines: string[] = []
    const callback = progress({ write: (text) => lines.push(text), live: false, width: 4 })
    await classifier().fit(x, y, { epochs: 10, batchSize: 8, callbacks: callback, validationData: [x, y] })
    expect(lines.length).toBe(10)
    expect(lines[0]).toMatch(
      /^Epoch {2}1\/10 ━━━━ 3\/3 \d+\.\d s {2}loss \d\.\d{4} {2}accuracy \d\.\d{4} {2}val_loss \d\.\d{4} {2}val_accuracy \d\.\d{4}\n$/,
    )
    expect(lines[9]).toMatch(/^Epoch 10\/10 /)
  })

  it('counts the batches that an epoch has had, be it stopped within', async () => {
    const lines: string[] = []
    const display = progress({ write: (text) => lines.push(text), live: false, width: 4 })
    const done: number[] = []
    const stop: Callback = {
      onEpochBegin: (_, __, training) => void done.push(training.batchesDone),
      onBatchEnd(batch, _, training) {
        done.push(training.batchesDone)
        if (training.batches !== 20) throw new Error(`${training.batches} batches`)
        if (batch === 4) training.stop()
      },
      onEpochEnd: (_, __, training) => void done.push(training.batchesDone),
    }
    await classifier().fit(x, y, { epochs: 3, batchSize: 1, callbacks: [stop, display] })
    expect(done).toEqual([0, 1, 2, 3, 4, 5, 5])
    expect(lines).toEqual([expect.stringMatching(/^Epoch 1\/3 ━╌╌╌ {2}5\/20 /)])
  })

  it('redraws one line in a terminal, and ends it', async () => {
    let text = ''
    const write = (part: string) => {
      text += part
    }
    await classifier().fit(x, y, { epochs: 2, yieldEvery: 0, callbacks: progress({ write, live: true }) })
    expect(text.match(/\n/g)?.length).toBe(2)
    expect(text.endsWith('\n')).toBe(true)
    expect(text.startsWith('\r\u001b[2KEpoch 1/2 ╌')).toBe(true)
  })

  it('ends its line when training fails', async () => {
    let text = ''
    const write = (part: string) => {
      text += part
    }
    const callbacks = progress({ write, live: true })
    await expect(classifier().fit([[Number.NaN, 1]], [0], { callbacks })).rejects.toBeInstanceOf(NumericalError)
    expect(text.endsWith('\n')).toBe(true)
  })

  it('is what verbose asks for, and silent by default outside a terminal', async () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => {})
    const error = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    try {
      await classifier().fit(x, y, { epochs: 2 })
      await classifier().fit(x, y, { epochs: 2, verbose: 0 })
      await classifier().fit(x, y, { epochs: 2, verbose: false })
      expect([log.mock.calls.length, error.mock.calls.length]).toEqual([0, 0])
      await classifier().fit(x, y, { epochs: 2, verbose: 2 })
      expect(log.mock.calls.length).toBe(2)
      await classifier().fit(x, y, { epochs: 3, verbose: true })
      expect(log.mock.calls.length).toBe(5)
    } finally {
      log.mockRestore()
      error.mockRestore()
    }
    await expect(classifier().fit(x, y, { verbose: 'yes' as never })).rejects.toThrow(
      /verbose must be 0, 1, 2, true or false; got 'yes'/,
    )
  })

  it('shows a bar in a terminal by default', async () => {
    const tty = Object.getOwnPropertyDescriptor(process.stderr, 'isTTY')
    const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
    Object.defineProperty(process.stderr, 'isTTY', { value: true, configurable: true })
    try {
      await classifier().fit(x, y, { epochs: 2 })
      expect(write.mock.calls.map(([text]) => text).join('')).toMatch(/Epoch 2\/2 ━+ 1\/1/)
    } finally {
      write.mockRestore()
      if (tty) Object.defineProperty(process.stderr, 'isTTY', tty)
      else delete (process.stderr as { isTTY?: boolean }).isTTY
    }
  })

  it.each([
    [0, '0.0 s'],
    [99.94, '99.9 s'],
    [99.96, '1 min 40 s'],
    [119.4, '1 min 59 s'],
    [119.7, '2 min 0 s'],
    [3599.6, '60 min 0 s'],
  ])('says %d seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text)
  })

  it('refuses options that are none', () => {
    expect(() => progress({ write: 1 as never })).toThrow(ConfigError)
    expect(() => progress({ width: 0 })).toThrow(/width/)
    expect(() => progress({ width: 2 ** 31 - 1 })).toThrow(/width must be at most 1000 characters; got 2147483647/)
  })
})
