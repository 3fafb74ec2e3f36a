// Fakes of `fetch` that record the requests.

/** A reply as the service sends it. */
export function reply(body, { status = 200, headers = {} } = {}) {
  return new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json", ...headers },
  });
}

/**
 * A `fetch` that records each request and answers it with `answer`.
 *
 * @param {(request: { url: string, method: string, headers: object, body: unknown }) => unknown}
 *   [answer] Default: a success that echoes the body.
 */
export function recordingFetch(
  answer = ({ body }) => reply({ data: { uid: "u", name: "n", ...body } }),
) {
  const requests = [];
  const fetch = async (url, { method, headers, body }) => {
    const request = {
      url,
      method,
      headers: { ...headers },
      body: body === undefined ? undefined : JSON.parse(body),
    };
    requests.push(request);
    return await answer(request);
  };
  return { fetch, requests };
}

/** The real `fetch`, with a record of each request. */
export function watchedFetch() {
  const requests = [];
  const watched = (url, options) => {
    const { method, headers, body } = options;
    requests.push({
      url,
      method,
      headers: { ...headers },
      body: body === undefined ? undefined : JSON.parse(body),
    });
    return fetch(url, options);
  };
  return { fetch: watched, requests };
}

/** A promise that is settled from outside. */
export function deferred() {
  const parts = {};
  parts.promise = new Promise((resolve, reject) => {
    Object.assign(parts, { resolve, reject });
  });
  return parts;
}
