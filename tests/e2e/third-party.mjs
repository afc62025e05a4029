// third-party.mjs: Socket.IO clients that no one here wrote, behind one interface
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const PATIENCE_MS = 60_000;

/** What one connection has heard, by namespace. */
class Heard {
	constructor() {
		this.events = []; // [event, namespace, ...args], until somebody takes them
		this.states = []; // ["connect" | "disconnect" | "connect_error", namespace, ...args]
		this.waiting = new Set();
	}

	hear(list, entry) {
		list.push(entry);
		for (const look of this.waiting) look();
	}

	/** What `probe` gives, as soon as that is something. */
	wait(what, probe) {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => end(reject, new Error(`no ${what} came: ${
				JSON.stringify([this.states, this.events, this.faults]).slice(0, 2000)}`)), PATIENCE_MS);
			const look = () => {
				const value = probe();
				if (value) end(resolve, value);
			};
			const end = (settle, value) => {
				clearTimeout(timer);
				this.waiting.delete(look);
				settle(value);
			};
			this.waiting.add(look);
			look();
		});
	}

	/** The arguments of the next event of that name which nobody has taken yet. */
	next(event, ns = "/") {
		return this.wait(`${event} in ${ns}`, () => {
			const at = this.events.findIndex((entry) => entry[0] === event && entry[1] === ns);
			return at < 0 ? null : this.events.splice(at, 1)[0].slice(2);
		});
	}

	/** Once the namespace has been in that state n times: the arguments. */
	state(name, n = 1, ns = "/") {
		return this.wait(`${name} of ${ns}`, () => this.states.filter((entry) =>
			entry[0] === name && entry[1] === ns)[n - 1]?.slice(2));
	}
}

class JavaScript extends Heard {
	constructor(io, { url, transports, auth, headers, namespaces = ["/"], ...more }) {
		super();
		this.sockets = {};
		let manager;
		for (const ns of namespaces) {
			const socket = manager ? manager.socket(ns, { auth }) : io(url + ns, { transports, auth,
				extraHeaders: headers, forceNew: true, reconnectionDelay: 50,
				reconnectionDelayMax: 200, ...more });
			if (manager) socket.connect();
			manager = socket.io;
			for (const name of ["connect", "disconnect", "connect_error"])
				socket.on(name, (...args) => this.hear(this.states, [name, ns, ...args]));
			// Asked by the server; some questions are left open.
			socket.on("question", (...args) => {
				const answer = args.pop();
				if (args[0] !== "say nothing") answer(...args, "is the answer");
			});
			socket.onAny((event, ...args) => this.hear(this.events, [event, ns, ...args]));
			this.sockets[ns] = socket;
		}
		this.manager = manager;
	}

	emit(event, args = [], ns = "/") {
		this.sockets[ns].emit(event, ...args);
	}

	ask(event, args = [], ns = "/") {
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => reject(new Error(`no answer to ${event}`)), PATIENCE_MS);
			this.sockets[ns].emit(event, ...args, (...answer) => {
				clearTimeout(timer);
				resolve(answer);
			});
		});
	}

	/** Gives up after `timeout`, then tries again; how often it had to send. */
	async insist(event, args, timeout) {
		for (let times = 1; ; times++) {
			const answer = await this.call(event, args, timeout);
			if (answer) return { answer, times };
		}
	}

	/** The answer, or null when none came in time. */
	call(event, args, timeout) {
		const socket = this.sockets["/"];
		return new Promise((resolve) => {
			if (socket.timeout) { // since 4.4
				socket.timeout(timeout).emit(event, ...args,
					(error, ...answer) => resolve(error ? null : answer));
				return;
			}
			const timer = setTimeout(resolve, timeout, null);
			socket.emit(event, ...args, (...answer) => {
				clearTimeout(timer);
				resolve(answer);
			});
		});
	}

	async transport() {
		return this.manager.engine.transport.name;
	}

	close() {
		for (const socket of Object.values(this.sockets)) socket.disconnect();
	}
}

/** One interpreter for all connections of a test file. */
class Interpreter {
	static start(kind) {
		const self = new Interpreter();
		self.clients = new Map();
		self.waiting = new Map();
		self.last = 0;
		self.child = spawn("/usr/bin/python3",
			[join(dirname(fileURLToPath(import.meta.url)), "python-client.py"), kind],
			{ stdio: ["pipe", "pipe", "inherit"] });
		createInterface({ input: self.child.stdout }).on("line", (line) => self.hear(line));
		return self;
	}

	order(what) {
		this.child.stdin.write(`${JSON.stringify(what, (name, value) =>
			value?.type === "Buffer" ? { $bytes: Buffer.from(value.data).toString("base64") } : value)}\n`);
	}

	/** An order that is answered. */
	ask(what) {
		const ack = ++this.last;
		return new Promise((resolve, reject) => {
			this.waiting.set(ack, resolve);
			setTimeout(() => this.waiting.has(ack) && reject(new Error("no answer")), PATIENCE_MS).unref();
			this.order({ ...what, ack });
		});
	}

	hear(line) {
		const what = JSON.parse(line, (name, value) =>
			value && typeof value === "object" && "$bytes" in value
				? Buffer.from(value.$bytes, "base64") : value);
		const client = this.clients.get(what.client);
		if (what.ack) {
			this.waiting.get(what.ack)?.(what);
			this.waiting.delete(what.ack);
		} else if (what.state) {
			client.hear(client.states, [what.state, what.ns, ...what.args]);
		} else if (what.event) {
			client.hear(client.events, [what.event, what.ns, ...what.args]);
		} else if (what.fault) {
			client?.faults.push(`${what.order}: ${what.fault}`);
		}
	}

	async stop() {
		const gone = new Promise((resolve) => this.child.once("exit", resolve));
		this.child.stdin.end();
		await gone;
	}
}

class Python extends Heard {
	constructor(interpreter, { url, transports, auth, headers, namespaces = ["/"] }) {
		super();
		this.interpreter = interpreter;
		this.faults = [];
		this.number = ++interpreter.last;
		interpreter.clients.set(this.number, this);
		interpreter.order({ do: "open", client: this.number, url, transports, auth, headers, namespaces });
	}

	emit(event, args = [], ns = "/") {
		this.interpreter.order({ do: "emit", client: this.number, event, args, ns });
	}

	async ask(event, args = [], ns = "/") {
		return (await this.interpreter.ask({ do: "emit", client: this.number, event, args, ns })).args;
	}

	insist = JavaScript.prototype.insist;

	async call(event, args, timeout) {
		const answer = await this.interpreter.ask({ do: "call", client: this.number, event, args,
			ns: "/", timeout: timeout / 1000 });
		return answer.error ? null : answer.args;
	}

	async transport() {
		return (await this.interpreter.ask({ do: "transport", client: this.number })).args[0];
	}

	close() {
		this.interpreter.order({ do: "close", client: this.number });
	}
}

/** Rows of the table: a name, and how to open a connection. */
export function clients() {
	const threads = Interpreter.start("threads");
	const asyncio = Interpreter.start("asyncio");
	const js = (name) => {
		const { io } = require(name);
		return (options) => new JavaScript(io, options);
	};
	assert.match(require("socket.io-client-4.0/package.json").version, /^4\.0\./);
	assert.match(require("socket.io-client-4.5/package.json").version, /^4\.5\./);
	return {
		rows: [
			{ name: "socket.io-client 4.0", make: js("socket.io-client-4.0"), buffers: true },
			{ name: "socket.io-client 4.5", make: js("socket.io-client-4.5"), buffers: true },
			{ name: "socket.io-client", make: js("socket.io-client"), buffers: true, retries: true },
			{ name: "python with threads", make: (options) => new Python(threads, options) },
			{ name: "python with asyncio", make: (options) => new Python(asyncio, options) },
		],
		stop: () => Promise.all([threads.stop(), asyncio.stop()]),
	};
}

/** Ways to a server: the transports allowed, and the one that is used in the end. */
export const WAYS = [
	["polling", ["polling"], "polling"],
	["websocket", ["websocket"], "websocket"],
	["the upgrade", ["polling", "websocket"], "websocket"],
];
