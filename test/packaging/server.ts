/** A static file server on a port of its own, which is an origin of its own. */

import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.map': 'application/json',
}

/** What a page may do, unless a test says otherwise: nothing but scripts of its own origin and WebAssembly. */
export const STRICT = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"

/** Serves a folder; `headers` gives the headers of a path beside its content type. */
export class StaticServer {
  /** The paths that were asked for since {@link take} was called last. */
  #asked: string[] = []
  readonly #server: Server

  constructor(folder: string, headers: (path: string) => Record<string, string>) {
    this.#server = createServer(async (request, response) => {
      const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
      this.#asked.push(path)
      try {
        const body = await readFile(join(folder, normalize(path)))
        const type = TYPES[extname(path)] ?? 'application/octet-stream'
        response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store', ...headers(path) }).end(body)
      } catch {
        response.writeHead(404, { 'content-type': 'text/plain' }).end(`there is no ${path}`)
      }
    })
  }

  /** Starts it and returns its origin. */
  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`
  }

  /** The scripts asked for since the last call. */
  take(): string[] {
    const scripts = this.#asked.filter((path) => path.endsWith('.js'))
    this.#asked = []
    return scripts
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
