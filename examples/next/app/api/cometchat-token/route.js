import { AdminClient, tokenHandler } from "cometchat-users/server";
import { currentUser } from "../../../session.js";

const { NEXT_PUBLIC_COMETCHAT_APP_ID, COMETCHAT_REST_API_KEY } = process.env;
const admin = new AdminClient(NEXT_PUBLIC_COMETCHAT_APP_ID, COMETCHAT_REST_API_KEY, {
  region: "us",
});

export const POST = tokenHandler({ admin, identify: currentUser });
