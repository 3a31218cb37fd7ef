/** Numbers that nobody can guess who does not know the secret. */
import { hmac } from "@noble/hashes/hmac";
import { sha256 } from "@noble/hashes/sha2";
import { utf8ToBytes } from "@noble/hashes/utils";
import { type Bytes, viewOf } from "../wire/index.ts";
import { requireBytes } from "../wire/require.ts";

/** Fewer bytes could be guessed. */
const MIN_LENGTH = 16;

/** Returns the secret. Throws RangeError or TypeError naming it when it is no Uint8Array of 16 bytes or more. */
export function checkSecret(name: string, secret: Uint8Array): Uint8Array {
  requireBytes(name, secret);
  if (secret.length < MIN_LENGTH)
    throw new RangeError(`${name} must have ${MIN_LENGTH} bytes or more, not ${secret.length}`);
  return secret;
}

/**
 * A u32 that follows from the secret, a purpose and a text: HMAC-SHA-256 (RFC 2104), its first four bytes. The same arguments
 * give the same number; without the secret it cannot be told from a random one.
 */
export function keyedNumber(secret: Uint8Array, purpose: string, text: string): number {
  // No purpose holds a NUL, so no two pairs of purpose and text meet.
  return viewOf(hmac(sha256, secret, utf8ToBytes(`${purpose}\0${text}`))).getUint32(0);
}

/** 32 bytes that follow from the secret and a text, and tell nothing about the secret: HMAC-SHA-256. */
export function derivedSecret(secret: Uint8Array, purpose: string, text: string): Bytes {
  return new Uint8Array(hmac(sha256, secret, utf8ToBytes(`${purpose}\0${text}`)));
}
