// A response as JavaScript sees it, made in one call. A header's value has no line feed in it.

export const response = (status, headers, body, ending) => ({
  status,
  headers: headers === "" ? [] : headers.split("\n"),
  // What is given is a view of the module's memory.
  body: body.slice(),
  ending,
});
