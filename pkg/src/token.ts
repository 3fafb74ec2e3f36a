// Where `login` gets a token that the app's backend makes.

import { CometChatException } from "./exception.js";

/** Where the auth token comes from. */
export interface TokenSource {
  /**
   * The address of a route on your server that answers a POST with `{ "authToken": "…" }`, as `tokenHandler` of
   * `cometchat-users/server` does; or a function that gets the token.
   */
  tokenFrom: string | URL | (() => string | Promise<string>);
}

/**
 * The token; whatever goes wrong on the way is one failure.
 *
 * @internal
 */
export async function tokenOf(
  from: TokenSource["tokenFrom"],
  fetch: typeof globalThis.fetch,
  signal: AbortSignal | undefined,
): Promise<string> {
  try {
    if (typeof from === "function") return await from();
    const response = await fetch(`${from}`, { method: "POST", signal: signal as AbortSignal });
    if (!response.ok) throw Error(`the route answered with status ${response.status}`);
    return (await response.json()).authToken;
  } catch (cause) {
    throw new CometChatException({
      code: "FAILED_TO_FETCH",
      message: "No token came from tokenFrom.",
      details: `${cause}`,
      retryable: true,
      cause,
    });
  }
}
