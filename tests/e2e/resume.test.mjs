// resume.test.mjs: programs die while people talk; nothing is lost or doubled
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Client, compare, crowd, leave, talk } from "./crowd.mjs";
import { Agent, Installation, ask, next, openChat, until } from "./harness.mjs";

let site, people, agent;
before(async () => {
	site = await Installation.start({ conf: "message_burst = 10000\nevent_burst = 100000" });
	people = site.addWidget();
	agent = await Agent.login(site);
});
after(() => site?.stop());

describe("nothing is lost and nothing comes twice", () => {
	test("when the daemon is killed in the middle, twice", async () => {
		const people5 = await crowd(site, people, agent, "wsd");
		await talk(people5, async () => {
			await site.crash("wsd");
			await site.crash("wsd");
		});
		compare(people5);
		leave(people5);
	});

	test("when the database is killed in the middle", async () => {
		const people5 = await crowd(site, people, agent, "db");
		await talk(people5, () => site.crash("db"));
		compare(people5);
		leave(people5);
	});

	test("when the connections of all break again and again", async () => {
		const people5 = await crowd(site, people, agent, "cut");
		await talk(people5, async () => {
			for (let i = 0; i < 5; i++) {
				for (const { socket } of people5.all) socket.io.engine?.close();
				await until("all to be back", () => people5.all.every(({ socket }) => socket.connected));
			}
		});
		compare(people5);
		leave(people5);
	});

	test("when fcgi-app is killed, the talk does not even notice", async () => {
		const people5 = await crowd(site, people, agent, "fcgi");
		await talk(people5, () => site.crash("fcgi"));
		compare(people5);
		const again = await agent.request("GET", "/auth/me");
		assert.equal(again.status, 200, "the login is still good");
		leave(people5);
	});
});

describe("a claim and a resolution made while the daemon is away", () => {
	test("are seen by who comes back", async () => {
		const chat = await openChat(site, "away", { embed_token: people.token });
		const client = new Client(site, { [chat.conversation_id]:
			{ external_id: "away", sender_type: "end_user" } });
		client.say(chat.conversation_id, "hello");
		await until("the message", () => client.acks.size === 1);
		const back = next(client.socket, "connect");
		const crash = site.crash("wsd");
		const answer = await agent.request("POST", `/api/conversations/${chat.conversation_id}/assign`);
		assert.equal(answer.status, 200);
		await Promise.all([crash, back]);
		const joined = await ask(client.socket, "join_conversation",
			{ conversation_id: chat.conversation_id, external_id: "away" });
		assert.deepEqual(joined.agent, { display_name: "Amina Odhiambo" });
		client.socket.disconnect();
	});
});
