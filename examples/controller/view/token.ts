/** The token: from the address, whose fragment no browser sends to a server, or from this tab's memory. */

const NAME = "tcp-migration.token";
/** What can be part of a WebSocket's subprotocol, and what the controller takes. */
const TOKEN = /^[\w.~-]{32,256}$/;

export function isToken(text: string): boolean {
  return TOKEN.test(text);
}

/** A browser may forbid to remember anything: the token is asked for again, then. */
function storage(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

export function keepToken(token: string): void {
  storage()?.setItem(NAME, token);
}

export function forgetToken(): void {
  storage()?.removeItem(NAME);
}

/** Takes it out of the address as well, so that it is not in what is bookmarked or shown to others. */
export function findToken(): string | undefined {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given !== null) {
    history.replaceState(null, "", location.pathname + location.search);
    keepToken(given);
    return given;
  }
  return storage()?.getItem(NAME) ?? undefined;
}
