// What TypeScript does not know: addresses of workers as the build gives them, and Trusted Types.

declare module "*?worker&url" {
  const address: string;
  export default address;
}

interface Window {
  readonly trustedTypes?: {
    createPolicy(
      name: string,
      rules: { createScriptURL(given: string): string },
    ): { createScriptURL(given: string): unknown };
  };
}
