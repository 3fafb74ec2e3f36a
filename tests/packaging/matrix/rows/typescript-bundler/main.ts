import { calls, type Settings } from "./calls";

const settings = Object.fromEntries(new URLSearchParams(location.search)) as object as Settings;
const result = await calls(settings);
document.querySelector("output")?.append(JSON.stringify(result));
