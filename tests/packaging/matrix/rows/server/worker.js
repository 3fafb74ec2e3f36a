import { serverCalls } from "./server-calls.js";

export default {
  async fetch(request, env) {
    const settings = Object.fromEntries(new URL(request.url).searchParams);
    return Response.json(
      await serverCalls({ restApiKey: env.COMETCHAT_REST_API_KEY, ...settings }),
    );
  },
};
