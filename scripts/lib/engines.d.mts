/** A program that runs JavaScript, or why it is not there. */
export interface Found {
  readonly name: string
  readonly path?: string
  readonly missing?: string
}
export declare function engines(): Found[]
export declare function newestNode(): string | undefined
export declare function browsers(): Found[]
