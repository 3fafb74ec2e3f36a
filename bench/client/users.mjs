// The users that the benchmarks create, and the replies of the service.

/** A user with the two fields that every user has. */
export const small = { uid: "usr1", name: "Kevin" };

/**
 * A user with every field that a caller can set.
 *
 * @param {{ tags?: number, metadata?: number }} [sizes] How many tags, and about how many bytes of
 *   metadata. Default: as much as the service accepts.
 */
export function full({ tags = 25, metadata = 5_000 } = {}) {
  return {
    ...small,
    avatar: "https://example.com/pictures/kevin.png",
    link: "https://example.com/people/kevin",
    role: "default",
    statusMessage: "in a meeting until noon",
    tags: Array.from({ length: tags }, (_, index) => `department-${index}`),
    metadata: metadataOf(metadata),
  };
}

/** An object of about this many bytes as JSON. */
function metadataOf(bytes) {
  const metadata = {};
  let size = 2;
  for (let index = 0; size + 50 <= bytes; index++) {
    metadata[`key-${String(index).padStart(4, "0")}`] = {
      value: index % 10,
      note: "some words here",
    };
    size += 50;
  }
  return metadata;
}

/** The reply to a creation that succeeded. */
export const created = (user) =>
  JSON.stringify({ data: { role: "default", ...user, status: "offline", createdAt: 1772166128 } });

/** The reply to the creation of a user who exists already. */
export const refused = JSON.stringify({
  error: {
    code: "ERR_UID_ALREADY_EXISTS",
    message: "The uid usr1 already exists.",
    devMessage: "The uid usr1 already exists, please use a different uid.",
    source: "user-api",
  },
});

/** The user as both packages take it: an object of their class, filled by its setters. */
export function fill(user, { name, avatar, link, role, statusMessage, tags, metadata }) {
  user.setName(name);
  if (avatar !== undefined) {
    user.setAvatar(avatar);
    user.setLink(link);
    user.setRole(role);
    user.setStatusMessage(statusMessage);
    user.setTags(tags);
    user.setMetadata(metadata);
  }
  return user;
}
