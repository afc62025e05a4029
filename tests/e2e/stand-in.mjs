// stand-in.mjs: a developer's server on this machine, and URLs that none may reach
// SPDX-License-Identifier: MIT
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { top } from "./harness.mjs";

/** Answers by `handler(request, answer)`; remembers what it was asked. */
export class StandIn {
	static async start(handler = (_, answer) => answer.end(), host = "127.0.0.1") {
		const self = new StandIn();
		self.handler = handler;
		self.connections = 0;
		self.requests = [];
		self.server = createServer(async (request, answer) => {
			const parts = [];
			for await (const part of request) parts.push(part);
			const text = Buffer.concat(parts).toString();
			const seen = { method: request.method, url: request.url, headers: request.headers,
				body: text && text[0] === "{" ? JSON.parse(text) : text };
			self.requests.push(seen);
			self.handler(seen, answer);
		});
		self.server.on("connection", () => self.connections++);
		self.server.listen(0, host);
		await once(self.server, "listening");
		self.port = self.server.address().port;
		self.url = `http://127.0.0.1:${self.port}`;
		return self;
	}

	get last() {
		return this.requests.at(-1);
	}

	async stop() {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, "close");
	}
}

/** Answers with JSON. */
export const json = (answer, status, body) => answer
	.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));

/** What nobody may make us connect to: tests/data/ssrf.json, with a port filled in. */
export function hostileUrls(port) {
	const { urls } = JSON.parse(readFileSync(join(top, "tests/data/ssrf.json"), "utf8"));
	return urls.map((url) => url.replaceAll("{port}", port));
}
