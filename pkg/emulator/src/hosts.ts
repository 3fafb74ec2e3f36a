// Which hosts are CometChat's: those that clients, the official SDK and servers send the user API's requests to.

const HOST = /^(?:[^.]+\.)?api(?:client)?-[a-z0-9]+\.cometchat\.io$/;

/** Whether a request to this address would reach CometChat's user API. */
export const isService = ({ protocol, hostname }: URL): boolean =>
  (protocol === "https:" || protocol === "http:") && HOST.test(hostname);
