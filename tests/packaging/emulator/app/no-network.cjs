// Preloaded, it takes the network away: each attempt to connect is an error.
const { Socket } = require("node:net");
const dns = require("node:dns");

const refuse = () => {
  throw new Error("there is no network here");
};
Socket.prototype.connect = refuse;
dns.lookup = refuse;
globalThis.fetch = refuse;
