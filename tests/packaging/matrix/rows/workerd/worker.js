import { calls } from "./calls.js";

export default {
  async fetch(request) {
    const settings = Object.fromEntries(new URL(request.url).searchParams);
    return Response.json(await calls(settings));
  },
};
