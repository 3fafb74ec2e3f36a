import { calls } from "../../../calls.js";

export async function GET(request) {
  const settings = Object.fromEntries(request.nextUrl.searchParams);
  return Response.json(await calls(settings));
}
