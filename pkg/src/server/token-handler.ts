// The route on a backend where a signed-in page gets its auth token, as a Web-standard handler.

import { CometChatException } from "../exception.js";
import type { NewUser } from "../user.js";
import type { AdminClient } from "./admin-client.js";

/** What {@link tokenHandler} is told. */
export interface TokenHandlerOptions<C = unknown> {
  /** The client that creates the user and the token. */
  admin: Pick<AdminClient, "createAuthToken" | "getOrCreateUser">;
  /**
   * Says who sends the request, by your own session: the user's uid and name, and what else a new user gets; `null`
   * for nobody. What it throws is thrown by the handler.
   *
   * @param request The request; its body is not read.
   * @param context What the handler was given beside the request.
   */
  identify(request: Request, context: C): NewUser | null | Promise<NewUser | null>;
  /** Other origins whose pages may ask, such as `"https://app.example.com"`. Default: only the route's own. */
  allowedOrigins?: readonly string[];
  /** Gets each error of the service, for your log; the caller sees its code and nothing else of it. */
  onError?(error: CometChatException): void;
}

/** A Web-standard handler; a framework may hand it its own context, which goes to `identify`. */
export type TokenHandler<C = unknown> = (request: Request, context?: C) => Promise<Response>;

/**
 * The route from which a page gets its auth token: it asks `identify` who sends the request, creates that user where
 * there is none, and answers `{ uid, authToken }`, which nobody caches. `login({ tokenFrom })` is the page's side.
 *
 * It answers 405 to other methods than POST, 403 to pages of other origins, 401 where `identify` knows nobody, 503
 * when the service asks to try again later, 502 when it refuses, and 500 when `identify` gives no valid user.
 *
 * @param options The client, `identify`, and other origins whose pages may ask.
 * @returns The handler. It rejects with what `identify` throws, and with nothing else.
 * @example
 * export const POST = tokenHandler({
 *   admin: new AdminClient("APP_ID", "REST_API_KEY", { region: "us" }),
 *   // Who sends the request, by your own session.
 *   identify: () => ({ uid: "kevin", name: "Kevin" }),
 * });
 */
export function tokenHandler<C = unknown>(options: TokenHandlerOptions<C>): TokenHandler<C> {
  return async (request, context) => {
    const origin = request.headers.get("Origin");
    const isForeign = origin !== null && !isOwn(origin, request);
    const isAllowed = !isForeign || options.allowedOrigins?.includes(origin) === true;
    const headers = new Headers({ "Cache-Control": "no-store", Vary: "Origin" });
    if (isForeign && isAllowed) {
      headers.set("Access-Control-Allow-Origin", origin);
      headers.set("Access-Control-Allow-Credentials", "true");
    }
    const answer = (status: number, body: object): Response => {
      headers.set("Content-Type", "application/json");
      return new Response(JSON.stringify(body), { status, headers });
    };

    if (request.method === "OPTIONS" && isForeign && isAllowed) {
      headers.set("Access-Control-Allow-Methods", "POST");
      headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
      return new Response(null, { status: 204, headers });
    }
    if (request.method !== "POST") {
      headers.set("Allow", "POST");
      return answer(405, failed("METHOD_NOT_ALLOWED", "Ask by POST."));
    }
    // A browser names the page's site even where it leaves out the origin.
    const isCrossSite = request.headers.get("Sec-Fetch-Site") === "cross-site";
    if (!isAllowed || (isCrossSite && !isForeign)) {
      return answer(403, failed("ORIGIN_NOT_ALLOWED", "Pages of this origin may not ask."));
    }
    const user = await options.identify(request, context as C);
    if (!user) return answer(401, failed("NOT_SIGNED_IN", "Sign in first."));
    try {
      const { uid, authToken } = await minted(options.admin, user, request.signal);
      return answer(200, { uid, authToken });
    } catch (error) {
      if (!(error instanceof CometChatException)) throw error;
      options.onError?.(error);
      const { code, retryable, retryAfterMs, attempts } = error;
      if (retryAfterMs !== undefined) {
        headers.set("Retry-After", String(Math.ceil(retryAfterMs / 1000)));
      }
      const status = retryable ? 503 : attempts > 0 ? 502 : 500;
      return answer(status, failed(code, "No auth token can be had."));
    }
  };
}

/** A token of the user, who is created on its first sign-in: every other one takes a single request. */
async function minted(
  admin: TokenHandlerOptions["admin"],
  user: NewUser,
  signal: AbortSignal,
): Promise<{ uid: string; authToken: string }> {
  const options = { signal };
  try {
    return await admin.createAuthToken(user.uid, options);
  } catch (error) {
    if (!(error instanceof CometChatException) || error.code !== "ERR_UID_NOT_FOUND") throw error;
    await admin.getOrCreateUser(user, options);
    return admin.createAuthToken(user.uid, options);
  }
}

/** Whether a page of this origin is one of the route's own. A proxy in front may speak another scheme. */
function isOwn(origin: string, request: Request): boolean {
  const host = request.headers.get("Host") ?? new URL(request.url).host;
  try {
    return new URL(origin).host === host;
  } catch {
    return false;
  }
}

const failed = (code: string, message: string) => ({ error: { code, message } });
