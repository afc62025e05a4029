// logout.test.mjs: the end of a login ends what stood open by it
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, connect, openChat, record, until, visitor } from "./harness.mjs";

let site, people;
before(async () => {
	site = await Installation.start();
	people = site.addWidget();
});
after(() => site?.stop());

/** An agent of his own with the console's socket open, and a visitor he talks to. */
async function atWork(name) {
	const which = name.toUpperCase();
	site.addUser(which);
	const agent = await Agent.login(site, which);
	const talk = await visitor(site, name, { embed_token: people.token });
	await talk.say("hello");
	const socket = await agent.socket({ reconnection: false });
	await ask(socket, "join_queue");
	assert.equal((await ask(socket, "join_conversation", { conversation_id: talk.id })).ok, true);
	const ended = new Promise((resolve) => socket.once("disconnect", resolve));
	return { which, agent, talk, socket, ended };
}

/** Another socket with the agent's cookie is nobody's by now. */
async function isNobody(agent) {
	const socket = await agent.socket({ reconnection: false });
	const { ok, error } = await ask(socket, "join_queue");
	socket.close();
	return ok === false && error === "unauthorized";
}

/** What the visitor says is not heard by a socket that is gone. */
async function hearsNothing({ socket, talk }) {
	const heard = record(socket);
	assert.equal((await talk.say("anybody there?")).ok, true);
	assert.deepEqual([socket.connected, heard], [false, []]);
	talk.socket.close();
}

describe("a logout", () => {
	for (const transports of [["websocket"], ["polling"]])
		test(`closes the socket that is open by ${transports}`, async () => {
			const it = await atWork(`out-${transports}`);
			const other = await Agent.login(site, it.which);
			const stays = await other.socket({ transports });
			const goes = await it.agent.socket({ transports, reconnection: false });
			const gone = new Promise((resolve) => goes.once("disconnect", resolve));
			assert.equal((await it.agent.request("POST", "/auth/logout")).status, 204);
			// A client comes back by itself after this one, and sees its 401.
			assert.equal(await gone, "transport close");
			assert.equal(await it.ended, "transport close");
			await hearsNothing(it);
			assert.equal(await isNobody(it.agent), true);
			// The same person at another desk goes on.
			assert.equal((await ask(stays, "join_queue")).ok, true);
			assert.equal(stays.connected, true);
			stays.close();
		});

	test("leaves the visitor of the same browser alone", async () => {
		const it = await atWork("both");
		const chat = await openChat(site, "same-browser", { embed_token: people.token });
		const who = { conversation_id: chat.conversation_id, external_id: "same-browser" };
		const widget = await connect(site, { extraHeaders: { Cookie: it.agent.cookie } });
		assert.equal((await ask(widget, "join_conversation", who)).ok, true);
		const { id } = widget;
		await it.agent.request("POST", "/auth/logout");
		await it.ended;
		// And it is no agent's any more.
		await until("the widget to be the visitor's alone", async () =>
			(await ask(widget, "join_queue")).error === "unauthorized");
		const sent = await ask(widget, "send_message",
			{ ...who, sender_type: "end_user", content: "me too" });
		assert.deepEqual([sent.ok, widget.id], [true, id]);
		widget.close();
	});
});

describe("a new password", () => {
	test("closes every socket of its user", async () => {
		const it = await atWork("renewed");
		site.ctl(["user", "password", "--email", site.env.RENEWED_EMAIL],
			{ env: { ...process.env, BARAZA_PASSWORD: "another password" } });
		assert.equal(await it.ended, "transport close");
		await hearsNothing(it);
		assert.equal(await isNobody(it.agent), true);
	});
});

describe("a login that has run out", () => {
	test("closes its sockets as soon as somebody asks for it", async () => {
		const it = await atWork("late");
		site.sql("UPDATE logins SET expires_at = UTC_TIMESTAMP(6) - INTERVAL 1 SECOND");
		assert.equal((await it.agent.request("GET", "/auth/me")).status, 401);
		assert.equal(await it.ended, "transport close");
		await hearsNothing(it);
	});
});
