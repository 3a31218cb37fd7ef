/** Addresses and ports of a header: reading them, and whether a connection's are among them. */
import { type Field, ipv4, ipv6, quote, WireError } from "../../wire/index.ts";
import { readInteger } from "./number.ts";
import type { Piece } from "./scan.ts";
import { readSet, type SetWords, type Variables } from "./set.ts";
import type { AddressSet, PortSet, RuleEndpoint } from "./types.ts";

const addressWords: SetWords<AddressSet> = {
  any: { type: "any" },
  member: readNetwork,
  list: (included, excluded) => ({ type: "list", included, excluded }),
};

const portWords: SetWords<PortSet> = {
  any: { type: "any" },
  member: readRange,
  list: (included, excluded) => ({ type: "list", included, excluded }),
};

const MAX_PORT = 65_535;

export function readAddresses(piece: Piece, variables: Variables): AddressSet {
  return readSet(piece, addressWords, variables);
}

export function readPorts(piece: Piece, variables: Variables): PortSet {
  return readSet(piece, portWords, variables);
}

/** `10.0.0.1`, `10.0.0.0/8`, `2001:db8::/32` */
function readNetwork({ text, at }: Piece): AddressSet {
  const [address = "", bits, ...more] = text.split("/");
  const field: Field<string> = address.includes(":") ? ipv6 : ipv4;
  if (more.length > 0) throw new WireError("syntax", `${quote(text)} is no network`, at);
  const view = new DataView(new ArrayBuffer(field.size));
  try {
    field.write(view, 0, address);
  } catch {
    throw new WireError("badValue", `${quote(text)} is no address, network, list or variable`, at);
  }
  const width = 8 * field.size;
  const prefix = bits === undefined ? width : readInteger({ text: bits, at: at + address.length + 1 }, 0, width);
  return { type: "network", address: field.read(view, 0), prefix };
}

/** `80`, `1024:65535`, `:1023`, `1024:` */
function readRange({ text, at }: Piece): PortSet {
  const [first = "", last, ...more] = text.split(":");
  if (more.length > 0 || text === ":") throw new WireError("syntax", `${quote(text)} is no range of ports`, at);
  const from = first === "" && last !== undefined ? 0 : readInteger({ text: first, at }, 0, MAX_PORT);
  if (last === undefined) return { type: "range", from, to: from };
  const to = last === "" ? MAX_PORT : readInteger({ text: last, at: at + first.length + 1 }, 0, MAX_PORT);
  if (to < from) throw new WireError("badValue", `the range ${quote(text)} is empty`, at);
  return { type: "range", from, to };
}

/** Something that tells whether an address and a port are an endpoint's; made once, asked for every connection. */
export function endpointTest({ addresses, ports }: RuleEndpoint): (address: string, port: number) => boolean {
  const hasAddress = addressTest(addresses);
  const hasPort = portTest(ports);
  return (address, port) => hasPort(port) && hasAddress(address);
}

function addressTest(set: AddressSet): (address: string) => boolean {
  switch (set.type) {
    case "any":
      return () => true;
    case "network":
      return networkTest(set.address, set.prefix);
    case "list":
      return listTest(set.included.map(addressTest), set.excluded.map(addressTest));
  }
}

function portTest(set: PortSet): (port: number) => boolean {
  switch (set.type) {
    case "any":
      return () => true;
    case "range":
      return (port) => set.from <= port && port <= set.to;
    case "list":
      return listTest(set.included.map(portTest), set.excluded.map(portTest));
  }
}

function listTest<T>(
  included: readonly ((value: T) => boolean)[],
  excluded: readonly ((value: T) => boolean)[],
): (value: T) => boolean {
  return (value) =>
    (included.length === 0 || included.some((test) => test(value))) && !excluded.some((test) => test(value));
}

function networkTest(network: string, prefix: number): (address: string) => boolean {
  const wanted = octetsOf(network);
  return (address) => {
    if (address.includes(":") !== network.includes(":")) return false;
    const octets = octetsOf(address);
    return wanted.every((octet, index) => {
      const bits = Math.min(8, Math.max(0, prefix - 8 * index));
      return ((octet ^ (octets[index] ?? 0)) & (0xff00 >> bits) & 0xff) === 0;
    });
  };
}

function octetsOf(address: string): Uint8Array {
  const field: Field<string> = address.includes(":") ? ipv6 : ipv4;
  const octets = new Uint8Array(field.size);
  field.write(new DataView(octets.buffer), 0, address);
  return octets;
}
