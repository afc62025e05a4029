// crowd.mjs: people who talk at once and keep count, whatever happens to the site
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";
import { openChat, until } from "./clients.mjs";

const VISITORS = 4;
const EACH = 25; // messages by each side of each conversation

/**
 * A client as docs/api.md asks for it: joins again with the greatest seq that
 * it has shown, keeps what was not acknowledged, sends it again by its name.
 */
export class Client {
	constructor(site, who, headers, options = {}) {
		this.who = who; // conversation_id -> what it sends of itself
		this.shown = new Map(Object.keys(who).map((id) => [id, []]));
		this.joined = new Set();
		this.pending = new Map(); // client_id -> message
		this.acks = new Map();    // client_id -> acknowledgement
		this.faults = [];
		this.socket = io(site.url, { forceNew: true, reconnectionDelay: 50,
			reconnectionDelayMax: 200, extraHeaders: headers, ...options });
		site.sockets.push(this.socket);
		this.socket.on("connect", () => {
			this.joined.clear();
			for (const id of Object.keys(who)) this.join(id);
		});
		this.socket.on("message_received", (message) => this.show(message));
	}

	/** Each must be the next one: the client itself drops no doubles. */
	show(message) {
		const shown = this.shown.get(message.conversation_id);
		if (message.seq !== shown.length + 1)
			this.faults.push(`${message.seq} came after ${shown.length}`);
		shown.push(message);
	}

	/** Emits once connected; `done` hears an ack of this very connection only. */
	emit(event, payload, done) {
		const { id } = this.socket;
		if (!this.socket.connected) return;
		this.socket.emit(event, payload, (ack) => this.socket.id === id && done(ack));
	}

	join(id) {
		this.emit("join_conversation", { conversation_id: id, ...this.who[id],
			since_seq: this.shown.get(id).length }, (ack) => {
			if (!ack.ok) {
				this.refusals = (this.refusals ?? 0) + 1;
				setTimeout(() => this.join(id), 100);
				return;
			}
			for (const message of ack.missed) this.show(message);
			if (ack.more) return this.join(id);
			this.joined.add(id);
			for (const message of this.pending.values())
				if (message.conversation_id === id) this.send(message);
		});
	}

	say(id, content) {
		const message = { conversation_id: id, ...this.who[id], content, client_id: randomUUID() };
		this.pending.set(message.client_id, message);
		if (this.joined.has(id)) this.send(message);
		return message.client_id;
	}

	send(message) {
		this.emit("send_message", message, (ack) => {
			if (!this.pending.has(message.client_id)) return;
			if (!ack.ok) {
				if (ack.error !== "unavailable")
					this.faults.push(`${ack.error}: ${ack.message}`);
				setTimeout(() => this.pending.has(message.client_id) && this.send(message), 100);
				return;
			}
			this.pending.delete(message.client_id);
			this.acks.set(message.client_id, ack);
		});
	}
}

/** Four visitors, one agent in all of their conversations; their connections go
 * to `via`. */
export async function crowd(site, people, agent, name, { via = site, options } = {}) {
	const chats = await Promise.all(Array.from({ length: VISITORS }, (_, i) =>
		openChat(site, `${name} ${i}`, { embed_token: people.token })));
	const ids = chats.map((chat) => chat.conversation_id);
	const visitors = chats.map((chat) => new Client(via, { [chat.conversation_id]:
		{ external_id: chat.external_id, sender_type: "end_user" } }, undefined, options));
	const staff = new Client(via, Object.fromEntries(ids.map((id) =>
		[id, { sender_type: "agent" }])), { Cookie: agent.cookie }, options);
	const all = [...visitors, staff];
	await until("all to be in", () => visitors.every((v) => v.joined.size === 1) &&
		staff.joined.size === VISITORS);
	return { site, ids, visitors, staff, all };
}

/** All speak; `accident` happens when a third of it has been acknowledged. */
export async function talk({ ids, visitors, staff, all }, accident) {
	const acked = () => all.reduce((n, client) => n + client.acks.size, 0);
	const total = 2 * EACH * VISITORS;
	const happens = until("a third of it", () => acked() >= total / 3).then(accident);
	for (let i = 0; i < EACH; i++) {
		for (const [n, id] of ids.entries()) {
			visitors[n].say(id, `visitor ${n} says ${i}`);
			staff.say(id, `agent says ${i} to ${n}`);
		}
		// As fast as people: the next when most of the last have arrived.
		await until("the others", () => acked() >= 2 * VISITORS * (i - 4));
	}
	await happens;
	await until("every acknowledgement", () => acked() === total).catch((error) => {
		throw new Error(`${error.message}: ${acked()} of ${total}, ${JSON.stringify(
			all.map((client) => [client.joined.size, client.pending.size, client.faults]))}`);
	});
	await until("everything to be shown", () => all.every((client) =>
		[...client.shown.values()].every((list) => list.length >= 2 * EACH)));
}

/** The table, the acknowledgements and what each side was shown agree. */
export function compare({ site, ids, visitors, staff, all }) {
	assert.deepEqual(all.flatMap((client) => client.faults), []);
	const acks = new Map(all.flatMap((client) => [...client.acks]));
	for (const [n, id] of ids.entries()) {
		const rows = site.sql(`SELECT seq, client_id, content FROM messages
			WHERE conversation_id = UNHEX('${id.replaceAll("-", "")}') ORDER BY seq`);
		assert.deepEqual(rows.map(([seq]) => Number(seq)),
			Array.from({ length: 2 * EACH }, (_, i) => i + 1), "1 to n without a hole");
		for (const [seq, name] of rows) assert.equal(acks.get(name)?.seq, Number(seq));
		for (const client of [visitors[n], staff])
			assert.deepEqual(client.shown.get(id).map((m) => [String(m.seq), m.client_id, m.content]),
				rows);
	}
	assert.equal(acks.size, 2 * EACH * VISITORS);
}

export function leave({ all }) {
	for (const client of all) client.socket.disconnect();
}
