// A Web-standard handler for servers that know Node's requests: `node:http`, Express, Fastify.

/** What is used of Node's `IncomingMessage`. */
export interface NodeRequest {
  /** The request's method. */
  method?: string | undefined;
  /** The path with the query. */
  url?: string | undefined;
  /** By their names in lower case. */
  headers: Record<string, string | string[] | undefined>;
}

/** What is used of Node's `ServerResponse`. */
export interface NodeResponse {
  /** Sends the status and the headers. */
  writeHead(status: number, headers: Record<string, string>): unknown;
  /** Sends the body, if there is one, and ends the response. */
  end(body?: string): unknown;
}

/**
 * Has a handler of Web-standard requests answer Node's. The handler gets the Node request as its context; the body is
 * not handed on.
 *
 * @param handle Such as what `tokenHandler` gives.
 * @returns A listener for `node:http`, or a route of Express. What the handler throws goes to Express's `next`, and
 *   is a 500 elsewhere.
 * @example
 * app.post("/api/cometchat-token", nodeHandler(tokenHandler({ admin, identify })));
 */
export function nodeHandler<R extends NodeRequest>(
  handle: (request: Request, context: R) => Promise<Response>,
): (request: R, response: NodeResponse, next?: (error: unknown) => void) => Promise<void> {
  return async (message, response, next) => {
    try {
      const answer = await handle(asRequest(message), message);
      const headers: Record<string, string> = {};
      answer.headers.forEach((value, name) => {
        headers[name] = value;
      });
      response.writeHead(answer.status, headers);
      response.end(await answer.text());
    } catch (error) {
      if (next) {
        next(error);
        return;
      }
      console.error(error);
      response.writeHead(500, { "Cache-Control": "no-store" });
      response.end();
    }
  };
}

function asRequest({ method = "GET", url = "/", headers }: NodeRequest): Request {
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    // HTTP/2 has the request's line among the headers.
    if (value === undefined || name.startsWith(":")) continue;
    for (const one of [value].flat()) sent.append(name, one);
  }
  const host = sent.get("host") ?? "localhost";
  return new Request(new URL(url, `http://${host}`), { method, headers: sent });
}
