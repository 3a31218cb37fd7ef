// binary-parser 2.3 ships declarations that its `exports` map hides from ESM resolution: the part in use.
declare module "binary-parser" {
  export class Parser {
    uint8(name: string): this;
    uint16be(name: string): this;
    uint16le(name: string): this;
    uint32be(name: string): this;
    uint32le(name: string): this;
    uint64be(name: string): this;
    buffer(name: string, options: { length: number }): this;
    seek(length: number): this;
    create(result: new () => Record<string, unknown>): this;
    compile(): void;
    parse(bytes: Uint8Array): Record<string, unknown>;
  }
}
