// group.test.mjs: messages that are stored together arrive as if alone
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { io } from "socket.io-client";
import { Agent, Installation, openChat, until } from "./harness.mjs";

let site;

before(async () => {
	// One worker, so that everything meets in its queue.
	site = await Installation.start({
		conf: "workers = 1\nmessage_burst = 10000\nevent_burst = 100000",
	});
	site.people = site.addWidget();
});
after(() => site.stop());

async function enter(who) {
	const chat = await openChat(site, who, { embed_token: site.people.token });
	const socket = io(site.url, { transports: ["websocket"], forceNew: true });
	site.sockets.push(socket);
	const me = { conversation_id: chat.conversation_id, external_id: who };
	const got = [];
	socket.on("message_received", (m) => got.push(m));
	await new Promise((resolve) => socket.once("connect", resolve));
	assert.equal((await socket.emitWithAck("join_conversation", me)).ok, true);
	return { socket, me, got };
}

const commits = () => Number(site.sql("SHOW GLOBAL STATUS LIKE 'Com_commit'")[0][1]);
const send = ({ socket, me }, more) =>
	socket.emitWithAck("send_message", { ...me, sender_type: "end_user", ...more });

test("a burst in many rooms is stored in a few transactions, each message once and in order", async () => {
	const people = await Promise.all(Array.from({ length: 20 }, (_, i) => enter(`burst-${i}`)));
	const first = commits();
	const acks = await Promise.all(people.flatMap((p) => Array.from({ length: 20 }, (_, k) =>
		send(p, { content: `m${k}`, client_id: `c${k % 15}` }))));
	const asked = commits() - first;
	assert.ok(asked < 200, `${asked} transactions for 400 messages`);
	assert.ok(acks.every((ack) => ack.ok), JSON.stringify(acks.find((ack) => !ack.ok)));
	for (const [i, { got }] of people.entries()) {
		await until("15 messages", () => got.length >= 15);
		assert.deepEqual(got.map((m) => m.content), Array.from({ length: 15 }, (_, k) => `m${k}`));
		// The five names that came twice had the first answer.
		const mine = acks.slice(20 * i, 20 * i + 20);
		assert.deepEqual(mine.map((a) => a.seq), [...Array.from({ length: 15 }, (_, k) => k + 1), 1, 2, 3, 4, 5]);
		assert.deepEqual(mine.slice(0, 15).map((a) => a.id), got.map((m) => m.id));
	}
});

test("frames of every size leave together whole", async () => {
	const person = await enter("sizes");
	const agent = await Agent.login(site);
	const media = (n, content) => ({ content_type: "quick_button", content,
		rich_media: { buttons: Array.from({ length: n }, (_, i) =>
			({ label: `b${i}`, value: "x".repeat(1000) })) } });
	const said = [{ content: "s" }, { content: "y".repeat(100) }, { content: "é".repeat(4000) },
		media(50, "😀".repeat(4096)), { content: "z" }, media(50, "m"), media(25, "n"),
		{ content: "end" }];
	const acks = await Promise.all(said.map((m) => send(person, m)));
	assert.deepEqual(acks.map((a) => a.seq), said.map((_, i) => i + 1));
	await until("all of them", () => person.got.length >= said.length);
	const history = await agent.json("GET",
		`/api/conversations/${person.me.conversation_id}/history`);
	for (const [i, m] of person.got.entries()) {
		assert.equal(m.content, said[i].content);
		assert.deepEqual(m.rich_media ?? undefined, said[i].rich_media);
	}
	assert.equal((history.messages ?? history).length, said.length);
});
