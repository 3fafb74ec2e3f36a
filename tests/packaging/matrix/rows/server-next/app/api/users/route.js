import { serverCalls } from "../../../server-calls.js";

export async function GET(request) {
  const settings = Object.fromEntries(new URL(request.url).searchParams);
  const restApiKey = process.env.COMETCHAT_REST_API_KEY;
  return Response.json(await serverCalls({ restApiKey, ...settings }));
}
