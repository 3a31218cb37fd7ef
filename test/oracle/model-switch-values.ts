/** The values that random flows and random frames have in common. */
import fc from "fast-check";

export const pick = <T>(...values: readonly T[]) => fc.constantFrom(...values);
export const port = pick(1, 2, 3, 4);
export const mac = pick("00:00:00:00:00:01", "00:00:00:00:00:02", "02:00:00:00:00:03");
export const ipv4 = pick("10.0.0.1", "10.0.0.2", "10.0.1.3", "192.168.0.4");
export const ipv6 = pick("2001:db8::1", "2001:db8::2", "fe80::3");
export const l4port = pick(80, 443, 5000, 5001, 0xffff);
export const register = pick("reg0", "reg1", "reg15");
export const small = fc.integer({ min: 0, max: 3 });
