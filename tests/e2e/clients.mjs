// clients.mjs: agents, visitors and strangers, as the tests need them
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { request } from "node:http";
import { connect as dial } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { io } from "socket.io-client";

export { sleep };

// A sanitized build on a busy machine answers late, never wrongly: waits are
// long, and end as soon as what they wait for is there.
const PATIENCE_MS = 60_000;

/** Asks until `probe` gives something true; the value. */
export async function until(what, probe, patience = PATIENCE_MS) {
	const end = Date.now() + patience;
	for (;;) {
		const value = await probe();
		if (value) return value;
		if (Date.now() > end) assert.fail(`waited in vain for ${what}`);
		await sleep(25);
	}
}

/** An agent's browser session without a browser. */
export class Agent {
	static async login(site, which = "CONSOLE") {
		const self = new Agent();
		self.site = site;
		const answer = await fetch(`${site.url}/auth/login`, {
			method: "POST",
			headers: { "Content-Type": "application/json" },
			body: JSON.stringify({
				email: site.env[`${which}_EMAIL`],
				password: site.env[`${which}_PASSWORD`],
			}),
		});
		assert.equal(answer.status, 200, await answer.clone().text());
		self.me = await answer.json();
		self.cookie = answer.headers.get("set-cookie").split(";")[0];
		return self;
	}

	request(method, path, body, headers = {}) {
		return fetch(this.site.url + path, {
			method,
			headers: {
				Cookie: this.cookie,
				...(method === "GET" ? {} : {
					"X-CSRFToken": this.me.csrf_token,
					"Content-Type": "application/json",
				}),
				...headers,
			},
			body: body === undefined ? undefined : JSON.stringify(body),
			redirect: "manual",
		});
	}

	async json(method, path, body) {
		return (await this.request(method, path, body)).json();
	}

	socket(options = {}) {
		return connect(this.site, {
			extraHeaders: { Cookie: this.cookie }, ...options,
		});
	}
}

/** A request exactly as written: no redirects, no tidied paths or headers. */
export function http(site, method, path, { headers = {}, body } = {}) {
	return new Promise((resolve, reject) => {
		const req = request(site.url, { method, path, headers, agent: false }, (res) => {
			const parts = [];
			res.on("data", (part) => parts.push(part));
			res.on("end", () => {
				const text = Buffer.concat(parts).toString();
				resolve({ status: res.statusCode, headers: res.headers, text,
					get json() { return JSON.parse(text); } });
			});
			res.on("error", reject);
		});
		req.on("error", reject);
		req.end(body);
	});
}

/** Bytes on a connection of their own; all that comes until it is closed. */
export function bytes(site, ...parts) {
	const { hostname, port } = new URL(site.url);
	return new Promise((resolve) => {
		const socket = dial(Number(port), hostname);
		let text = "";
		socket.setEncoding("latin1");
		socket.on("data", (data) => (text += data));
		socket.on("error", () => {}); // reset: what came until then counts
		socket.on("close", () => resolve(text));
		for (const part of parts) socket.write(part);
	});
}

/** Opens the widget's conversation for a visitor. */
export async function openChat(site, sessionId, more = {}) {
	// On a connection of its own: one that is kept may be closed by the web
	// server in the very moment in which it is used again.
	const answer = await http(site, "POST", "/chat-widget/open", {
		headers: { "Content-Type": "application/json" },
		body: JSON.stringify({
			embed_token: site.env.EMBED_TOKEN, session_id: sessionId, ...more,
		}),
	});
	assert.equal(answer.status, 200, answer.text);
	return answer.json;
}

/** A connected official client. */
export async function connect(site, options = {}) {
	const socket = io(site.url, {
		forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 200, ...options,
	});
	site.sockets?.push(socket); // a failed test leaves its sockets behind
	await new Promise((resolve, reject) => {
		socket.once("connect", resolve);
		socket.once("connect_error", reject);
	});
	return socket;
}

/** A visitor who has opened a chat and joined it. */
export async function visitor(site, externalId, more = {}) {
	const chat = await openChat(site, externalId, more);
	const socket = await connect(site);
	const who = { conversation_id: chat.conversation_id, external_id: externalId };
	const joined = await ask(socket, "join_conversation",
		{ ...who, since_seq: chat.last_seq });
	assert.equal(joined.ok, true, joined.message);
	return {
		chat, socket, id: chat.conversation_id, externalId,
		ask: (event, payload) => ask(socket, event, { ...who, ...payload }),
		say: (content, payload) => ask(socket, "send_message",
			{ ...who, sender_type: "end_user", content, ...payload }),
	};
}

/** All events that a client hears from now on, as [name, payload]. */
export function record(socket) {
	const heard = [];
	socket.onAny((name, payload) => heard.push([name, payload]));
	return heard;
}

/** Emits and waits for the acknowledgement. */
export function ask(socket, event, payload) {
	return socket.timeout(PATIENCE_MS).emitWithAck(event, payload);
}

/** The next event of a name for which `test` is true. */
export function next(socket, event, test = () => true) {
	return new Promise((resolve, reject) => {
		const timer = setTimeout(() => {
			socket.off(event, listen);
			reject(new Error(`no ${event} came`));
		}, PATIENCE_MS);
		function listen(payload) {
			if (!test(payload)) return;
			clearTimeout(timer);
			socket.off(event, listen);
			resolve(payload);
		}
		socket.on(event, listen);
	});
}
