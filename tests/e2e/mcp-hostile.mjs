// mcp-hostile.mjs: an MCP server that does what no server should
// SPDX-License-Identifier: MIT
import { createServer } from "node:http";
import { once } from "node:events";
import { gzipSync } from "node:zlib";

const tool = (name, inputSchema = { type: "object" }) => ({ name, inputSchema });
const bomb = gzipSync(Buffer.alloc(100 << 20, " "), { level: 1 });
const text = (said) => ({ content: [{ type: "text", text: said }] });

/** What is sent in place of an answer: (res, the request's id, the request). */
export const hostile = {
	never() {},
	silent(res) { res.writeHead(200, { "content-type": "application/json" }).flushHeaders(); },
	drip(res) {
		res.writeHead(200, { "content-type": "application/json" });
		const timer = setInterval(() => res.write(" "), 200);
		res.on("close", () => clearInterval(timer));
	},
	comments(res) {
		res.writeHead(200, { "content-type": "text/event-stream" });
		const timer = setInterval(() => res.write(": still here\n\n"), 20);
		res.on("close", () => clearInterval(timer));
	},
	flood(res) { pour(res, "application/json", 100); },
	"flood-event"(res) { pour(res, "text/event-stream", 100); },
	"gzip-bomb"(res) {
		res.writeHead(200, { "content-type": "application/json",
			"content-encoding": "gzip" });
		res.end(bomb);
	},
	"long-header"(res) {
		res.socket.end(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(1 << 20)}\r\n\r\n`);
	},
	"bad-event"(res) { stream(res, "data: {\"id\":\n\n"); },
	"other-ids"(res, id) {
		stream(res, `data: ${rpc(`${id}`, text("string"))}\n\n` +
			`data: ${rpc(id + 1, text("other"))}\n\n`);
	},
	"no-blank-line"(res, id) { stream(res, `data: ${rpc(id, text("cut"))}\n`); },
	html(res) { res.writeHead(200, { "content-type": "text/html" }).end("<h1>Hello</h1>"); },
	untyped(res, id) { res.writeHead(200).end(rpc(id, {})); },
	redirect(res) { res.writeHead(302, { location: "http://127.0.0.1:1/" }).end(); },
	"big-number"(res, id) { json(res, rpc(id, {}).replace("{}", "{\"n\":1e400}")); },
	"not-json"(res) { json(res, "{'id': 1}"); },
	"bad-utf8"(res) { json(res, Buffer.from([0x22, 0xff, 0xfe, 0x22])); },
	deep(res) { json(res, "[".repeat(200000)); },
	"no-result"(res, id) { json(res, JSON.stringify({ jsonrpc: "2.0", id })); },
	accepted(res) { res.writeHead(202).end(); },
	"half-way"(res) {
		res.writeHead(200, { "content-type": "application/json", "content-length": 1000 });
		res.write("{\"jsonrpc\":");
		setTimeout(() => res.socket.destroy(), 50);
	},
	reset(res) { res.socket.resetAndDestroy(); },
	"not-http"(res) { res.socket.end("SSH-2.0-OpenSSH_9.2\r\n"); },
	"events-that-end"(res) {
		stream(res, "id: 1\nretry: 1\ndata: \n\n");
	},
	pings(res) {
		res.writeHead(200, { "content-type": "text/event-stream" });
		let id = 0;
		const timer = setInterval(() => res.write(
			`data: {"jsonrpc":"2.0","id":${++id},"method":"ping"}\n\n`), 5);
		res.on("close", () => clearInterval(timer));
	},
	401(res) { res.writeHead(401).end(); },
	403(res) { res.writeHead(403).end("X-Key: top-secret-key is wrong"); },
	429(res) { res.writeHead(429, { "retry-after": "7" }).end(); },
	503(res) { res.writeHead(503, { "retry-after": "9" }).end(); },
	500(res) { res.writeHead(500).end("top-secret-key"); },
	406(res) { res.writeHead(406).end(); },
	echo(res, id, { headers }) {
		json(res, JSON.stringify({ jsonrpc: "2.0", id, error: { code: -32000,
			message: `${headers["x-key"]} ${headers["mcp-session-id"]}` } }));
	},
};

/** What tools/list and tools/call may give that is JSON-RPC, but strange. */
export const lists = {
	"same-cursor": () => ({ tools: [tool("a")], nextCursor: "x" }),
	endless: (n) => ({ tools: [], nextCursor: `${n}` }),
	many: () => ({ tools: Array.from({ length: 10000 }, (_, i) => tool(`t${i}`)) }),
	odd: () => ({ tools: [tool("with space"), tool("tulip 🌷"), tool("x".repeat(200)),
		tool("null", null), tool("array", []), tool("twice"), tool("twice"),
		tool("recursive", { $ref: "#" }),
		tool("remote", { $ref: "http://127.0.0.1:1/schema.json" }),
		tool("deep", JSON.parse("{\"not\":".repeat(500) + "{}" + "}".repeat(500))),
		tool("crlf\r\nX-Evil: 1"), null, "a", {}] }),
};

export const results = {
	"error-without-content": { isError: true },
	"no-content": {},
	"content-null": { content: null },
	"bad-base64": { content: [{ type: "image", data: "%%%", mimeType: 7 }] },
	"input-required": { resultType: "input_required", inputRequests: {} },
	"unknown-kind": { resultType: "surprise", content: [] },
	long: text("ä".repeat(1 << 20)),
};

const rpc = (id, result) => JSON.stringify({ jsonrpc: "2.0", id, result });
const json = (res, body) =>
	res.writeHead(200, { "content-type": "application/json" }).end(body);
const stream = (res, body) =>
	res.writeHead(200, { "content-type": "text/event-stream" }).end(body);

function pour(res, type, megabytes) {
	res.writeHead(200, { "content-type": type });
	const block = Buffer.alloc(1 << 20, "x");
	const more = () => {
		while (megabytes-- > 0) if (!res.write(block)) return res.once("drain", more);
		res.end();
	};
	more();
}

/**
 * At /WHEN/WHAT: the handshake goes well, then the method WHEN (discover, initialize, list,
 * call) gets WHAT. seen: all that was asked.
 */
export class Hostile {
	async start() {
		this.seen = [];
		this.server = createServer((req, res) => this.#take(req, res));
		this.server.listen(0, "127.0.0.1");
		await once(this.server, "listening");
		this.url = `http://127.0.0.1:${this.server.address().port}`;
		return this;
	}

	stop() {
		this.server.closeAllConnections();
		this.server.close();
	}

	async #take(req, res) {
		const chunks = [];
		for await (const chunk of req) chunks.push(chunk);
		const body = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks)) : {};
		const [, when, what] = req.url.split("/");
		const method = body.method ?? req.method;
		this.seen.push({ method, headers: req.headers, body });
		res.on("error", () => {});
		if (when === { "server/discover": "discover", initialize: "initialize",
			"tools/list": "list", "tools/call": "call" }[method] ||
			(method === "GET" && hostile[what])) {
			if (hostile[what]) return hostile[what](res, body.id, req);
			if (lists[what]) return json(res, rpc(body.id, lists[what](body.id)));
			if (results[what]) return json(res, rpc(body.id, results[what]));
		}
		this.#answer(req, res, body, what);
	}

	#answer(req, res, body, what) {
		switch (body.method) {
		case "server/discover":
			return res.writeHead(400).end();
		case "initialize": {
			const session = { "session-blank": "a b", "session-long": "s".repeat(5000) }[what];
			res.setHeader("mcp-session-id", session ?? "session-4711");
			return json(res, rpc(body.id, { capabilities: { tools: {} },
				protocolVersion: what === "version" ? "1999-01-01" : "2025-11-25",
				serverInfo: { name: "hostile", version: "0" } }));
		}
		case "tools/list":
			return json(res, rpc(body.id, { tools: [tool("echo")] }));
		case "tools/call":
			return json(res, rpc(body.id, text("fine")));
		default:
			return res.writeHead(req.method === "POST" ? 202 : 200).end();
		}
	}
}
