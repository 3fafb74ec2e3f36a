// Who sent a webhook? Signatures, checked with what Node has.

import { createHmac, timingSafeEqual } from "node:crypto";

/** How old a signed request may be, in seconds: an old one may be somebody's copy. */
const TOLERANCE = 300;

const isSame = (a, b) => a.length === b.length && timingSafeEqual(a, b);

/**
 * The scheme of Svix and of Standard Webhooks: an HMAC of id, time and body.
 *
 * @param secret As the dashboard shows it: `whsec_…`.
 * @param prefix Of the headers: `"svix"` or `"webhook"`.
 */
export function isSigned(secret, headers, body, prefix) {
  const id = headers.get(`${prefix}-id`);
  const time = headers.get(`${prefix}-timestamp`);
  if (!id || !(Math.abs(Date.now() / 1000 - Number(time)) < TOLERANCE)) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const expected = createHmac("sha256", key).update(`${id}.${time}.${body}`).digest();
  // Two, while the secret is being changed.
  return (headers.get(`${prefix}-signature`) ?? "").split(" ").some((signature) => {
    const [version, text = ""] = signature.split(",");
    return version === "v1" && isSame(Buffer.from(text, "base64"), expected);
  });
}

/** The header of one's own that two programs with a common secret use: `x-signature: time.hex`. */
export function sign(secret, body, time = Math.floor(Date.now() / 1000)) {
  return `${time}.${createHmac("sha256", secret).update(`${time}.${body}`).digest("hex")}`;
}

/** Whether {@link sign} made this header. */
export function isSignedBy(secret, header, body) {
  const [time = ""] = (header ?? "").split(".");
  if (!(Math.abs(Date.now() / 1000 - Number(time)) < TOLERANCE)) return false;
  return isSame(Buffer.from(header), Buffer.from(sign(secret, body, time)));
}

/** Whether a header is the secret itself, for services that sign nothing. */
export const isSecret = (secret, header) =>
  isSame(
    createHmac("sha256", "compare").update(secret).digest(),
    createHmac("sha256", "compare")
      .update(header ?? "")
      .digest(),
  );
