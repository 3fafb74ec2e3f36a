import { AdminClient, tokenHandler } from "cometchat-users/server";

const { COMETCHAT_APP_ID, COMETCHAT_REST_API_KEY } = process.env;
const admin = new AdminClient(COMETCHAT_APP_ID, COMETCHAT_REST_API_KEY, { region: "us" });

export const POST = tokenHandler({
  admin,
  // Here the cookie is the uid; an app looks up its own session.
  identify(request) {
    const uid = request.headers.get("cookie");
    return uid && { uid, name: "Kevin" };
  },
});
