// Starts the server of Spotlight on a free port of loopback and prints the port.
//
// By its library entry: its command listens on all interfaces and reports about itself to Sentry.

import net from "node:net";

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, _host, ...rest) {
  return listen.call(this, port, "127.0.0.1", ...rest);
};

const { startServer } = await import("@spotlightjs/spotlight");
const server = await startServer({ port: 0 });
console.log(server.address().port);

// Ends with the test that started it.
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
