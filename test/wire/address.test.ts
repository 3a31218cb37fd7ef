import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Field, ipv4, ipv6, mac, WireError } from "../../src/wire/index.ts";

function through(field: Field<string>, text: string): string {
  const view = new DataView(new ArrayBuffer(field.size));
  field.write(view, 0, text);
  return field.read(view, 0);
}

function refused(field: Field<string>, text: unknown): string | undefined {
  try {
    field.write(new DataView(new ArrayBuffer(field.size)), 0, text as string);
    return undefined;
  } catch (error) {
    return error instanceof WireError ? error.code : String(error);
  }
}

describe("Ethernet addresses", () => {
  it.each([
    ["00:00:00:00:00:01", "00:00:00:00:00:01"],
    ["0:0:0:0:0:1", "00:00:00:00:00:01"],
    ["FF:fF:0a:B:c:99", "ff:ff:0a:0b:0c:99"],
  ])("read %s as %s", (text, canonical) => {
    expect(through(mac, text)).toBe(canonical);
  });

  it.each([
    "",
    "00:00:00:00:00",
    "00:00:00:00:00:00:00",
    "00:00:00:00:00:0g",
    "000:0:0:0:0:0",
    "00-00-00-00-00-01",
    5,
    null,
  ])("refuse %s", (text) => {
    expect(refused(mac, text)).toBe("badValue");
  });
});

describe("IPv4 addresses", () => {
  it("keep every value", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(through(ipv4, address)).toBe(address);
      }),
    );
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "256.0.0.1",
    "1.2.3.300",
    "01.2.3.4",
    "1.2.3.04",
    "1..2.3",
    ".1.2.3.4",
    "1.2.3.4.",
    " 1.2.3.4",
    "1.2.3.4 ",
    "0x1.2.3.4",
    "1.2.3.-4",
    "99999999999.1.1.1",
    7,
    undefined,
  ])("refuse %s", (text) => {
    expect(refused(ipv4, text)).toBe("badValue");
  });
});

describe("IPv6 addresses", () => {
  it("read like the platform's own parser and print in its canonical form", () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        // WHATWG URLs write no dotted quads; those are compared by value below.
        fc.pre(!through(ipv6, address).includes("."));
        expect(through(ipv6, address)).toBe(new URL(`http://[${address}]/`).hostname.slice(1, -1));
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["::", "::"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    ["1:0:0:2:0:0:0:3", "1:0:0:2::3"],
    ["1:0:0:2:2:0:0:3", "1::2:2:0:0:3"],
    ["0:2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
    ["::ffff:10.0.0.1", "::ffff:10.0.0.1"],
    ["::ffff:a00:1", "::ffff:10.0.0.1"],
    ["64:ff9b::10.0.0.1", "64:ff9b::a00:1"],
  ])("print %s as %s", (text, canonical) => {
    expect(through(ipv6, text)).toBe(canonical);
  });

  it.each([
    "",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    "12345::",
    "::g",
    "1.2.3.4",
    "::1.2.3",
    "::1.2.3.4:5",
    "1:2:3:4:5:6:7:1.2.3.4",
    "fe80::1%eth0",
    `${"0".repeat(100)}::`,
  ])("refuse %s", (text) => {
    expect(refused(ipv6, text)).toBe("badValue");
  });
});
