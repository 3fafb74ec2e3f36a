import { calls } from "../../calls.js";

export default async function Page({ searchParams }) {
  const result = await calls(await searchParams);
  return <output>{JSON.stringify(result)}</output>;
}
