// claims.test.mjs: two agents reach for one conversation at the same moment
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Agent, Installation, ask, record, until, visitor } from "./harness.mjs";

const ROUNDS = 20;

let site, people, agents;
before(async () => {
	site = await Installation.start({ conf: "event_burst = 100000" });
	people = site.addWidget();
	agents = [await Agent.login(site), await Agent.login(site, "CONSOLE2")];
	for (const agent of agents) {
		agent.live = await agent.socket();
		await ask(agent.live, "join_queue");
	}
});
after(() => {
	for (const agent of agents ?? []) agent.live?.close();
	return site?.stop();
});

const ways = {
	async socket(agent, id) {
		const ack = await ask(agent.live, "claim_conversation", { conversation_id: id });
		return { won: ack.ok, error: ack.error, message: ack.message, to: ack.assigned_to };
	},
	async rest(agent, id) {
		const answer = await agent.request("POST", `/api/conversations/${id}/assign`);
		const body = await answer.json();
		assert.ok([200, 409].includes(answer.status), JSON.stringify(body));
		return { won: answer.status === 200, to: body.assigned_agent_id, ...body };
	},
};

/** A conversation that waits for an agent. */
async function waiting(name) {
	const v = await visitor(site, name, { embed_token: people.token });
	await v.say("help");
	v.socket.close();
	return v.id;
}

describe("when two agents claim at once", () => {
	for (const [left, right] of [["socket", "socket"], ["rest", "rest"], ["socket", "rest"],
		["rest", "socket"]])
		test(`by ${left} and by ${right}, one wins and the other is told who`, async () => {
			for (let round = 0; round < ROUNDS; round++) {
				const id = await waiting(`${left} ${right} ${round}`);
				const heard = record(agents[0].live);
				// The one asked first takes turns.
				const order = round % 2 ? [1, 0] : [0, 1];
				const answers = [];
				await Promise.all(order.map(async (who) => {
					answers[who] = await ways[who ? right : left](agents[who], id);
				}));
				assert.deepEqual(answers.map((a) => a.won).sort(), [false, true]);
				const winner = answers.findIndex((a) => a.won);
				const { user } = agents[winner].me;
				assert.equal(answers[winner].to, user.id);
				assert.equal(answers[1 - winner].error, "conflict");
				assert.ok(answers[1 - winner].message.includes(user.display_name),
					answers[1 - winner].message);
				const shown = await agents[0].json("GET", `/api/conversations/${id}`);
				assert.equal(shown.active_session.assigned_agent_id, user.id);
				const told = () => heard.filter(([name, p]) =>
					name === "conversation_assigned" && p.conversation_id === id);
				await until("the queue to hear of it", () => told().length > 0);
				assert.deepEqual(told().map(([, p]) => p.assigned_to)
					.filter((to) => to !== user.id), []);
				agents[0].live.offAny();
			}
		});

	test("the one who lost is not in the conversation", async () => {
		const id = await waiting("eavesdrop");
		await ways.socket(agents[0], id);
		const heard = record(agents[1].live);
		await ways.socket(agents[1], id);
		const sent = await ask(agents[0].live, "send_message",
			{ conversation_id: id, sender_type: "agent", content: "only us" });
		assert.equal(sent.ok, true);
		await until("the queue to hear of it", () =>
			heard.some(([name, p]) => name === "conversation_updated" && p.seq === sent.seq));
		assert.ok(!heard.some(([name]) => name === "message_received"));
	});
});

describe("when two resolve at once", () => {
	test("one does, and the other is told that it is done", async () => {
		for (let round = 0; round < ROUNDS; round++) {
			const id = await waiting(`resolve ${round}`);
			const status = await Promise.all(agents.map(async (agent) =>
				(await agent.request("POST", `/api/conversations/${id}/resolve`)).status));
			assert.deepEqual(status.sort(), [200, 409]);
		}
	});
});

describe("when a claim and the visitor's messages meet", () => {
	test("every message is stored and the claim holds", async () => {
		const v = await visitor(site, "meeting", { embed_token: people.token });
		await v.say("1");
		const all = await Promise.all([...Array.from({ length: 10 }, (_, i) => v.say(`more ${i}`)),
			ways.rest(agents[0], v.id), ways.socket(agents[0], v.id)]);
		assert.ok(all.every((ack) => ack.ok || ack.won), JSON.stringify(all));
		const history = await agents[0].json("GET", `/api/conversations/${v.id}/history`);
		assert.deepEqual(history.map((m) => m.seq), Array.from({ length: 11 }, (_, i) => i + 1));
		assert.equal(new Set(history.map((m) => m.session_id)).size, 1);
		v.socket.close();
	});
});
