// What the page and the worker with the emulator's engine say to each other.

/** The address of the emulator in this page. Nothing is ever sent there. */
export const IN_PAGE = "http://in-this-page.localhost";

/** A request; with it comes the port for its reply, where any message from the page aborts it. */
export interface EngineRequest {
  url: string;
  method: string;
  headers: [string, string][];
  body: BodyInit | null;
}

/** A reply. `warning` says why the users will be gone once the page is closed; it is "" when they are kept. */
export type EngineReply =
  | { status: number; headers: [string, string][]; body: ArrayBuffer; warning: string }
  | { error: string };
