// analytics.test.mjs: what a chatbot did, told to its developer
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { http, Installation, visitor } from "./harness.mjs";
import { Api, BASE, unasked } from "./openapi.mjs";

// "bye" brings a conversation to its end; all else goes on.
const FLOW = {
	start: { initial: true, message: "Hello", transitions: { bye: "end", default: "more" } },
	more: { message: "Go on", transitions: { bye: "end", default: "more" } },
	end: { message: "Bye", actions: [{ type: "END" }] },
};

let site, api, other;
before(async () => {
	site = await Installation.start();
	api = await Api.start(site);
	const theirs = site.ctl(["workspace", "add", "--name", "Others"]).trim();
	other = await Api.start(site, { workspace: theirs });
});
after(() => site?.stop());

let names = 0;
async function makeBot() {
	const { id: chatbot_id } = (await api.call("createChatbot",
		{ body: { name: `Counted ${++names}` } })).body;
	const { id: flow_id } = (await api.call("createFlow", { params: { chatbot_id },
		body: { name: "Main", type: "conversation", flow: FLOW } })).body;
	await api.call("publishFlow", { params: { chatbot_id, flow_id } });
	return chatbot_id;
}

/** A session of the Chat API in which these things are said. */
async function talk(chatbot_id, user_id, ...texts) {
	const { session_id } = (await api.call("createChatSession",
		{ params: { chatbot_id }, body: user_id ? { user_id } : {} })).body;
	for (const message of texts)
		await api.call("sendChatMessage", { params: { chatbot_id, session_id }, body: { message } });
	return session_id;
}

const day = (n) => new Date(Date.now() - n * 86_400_000).toISOString().slice(0, 10);
const overview = async (chatbot_id, query = {}) =>
	(await api.call("getAnalyticsOverview", { params: { chatbot_id }, query })).body;
const series = async (what, chatbot_id, query = {}) =>
	(await api.call(`getAnalytics${what}`, { params: { chatbot_id }, query })).body.series;
const sum = (list) => list.reduce((n, { count }) => n + count, 0);
const stored = (chatbot_id) => Number(site.sql(`SELECT COUNT(*) FROM messages m
	JOIN conversations c ON c.id = m.conversation_id JOIN chatbots b ON b.id = c.chatbot_id
	WHERE b.name = 'Counted ${names}'`)[0][0]);
/** Makes all that the bots did so much older, ids too, and nothing of it counted. */
function age(hours) {
	const older = (id) => `UNHEX(CONCAT(LPAD(HEX(CONV(LEFT(HEX(${id}), 12), 16, 10)
		- ${hours * 3_600_000}), 12, '0'), SUBSTR(HEX(${id}), 13)))`;
	site.sql(`UPDATE conversations SET id = ${older("id")},
			created_at = created_at - INTERVAL ${hours} HOUR,
			completed_at = completed_at - INTERVAL ${hours} HOUR;
		UPDATE messages SET conversation_id = ${older("conversation_id")},
			created_at = created_at - INTERVAL ${hours} HOUR;
		UPDATE conversation_sessions SET conversation_id = ${older("conversation_id")};
		UPDATE bot_states SET conversation_id = ${older("conversation_id")};
		DELETE FROM rollups; DELETE FROM chatbot_days; DELETE FROM chatbot_users`);
}

describe("analytics", () => {
	test("of a bot that nobody knows are zeros, a day each", async () => {
		const id = await makeBot();
		assert.deepEqual(await overview(id), { chatbot_id: id,
			period: { start_date: day(30), end_date: day(0) }, total_conversations: 0,
			total_messages: 0, unique_users: 0, avg_messages_per_conversation: 0,
			completion_rate: 0 });
		for (const what of ["Conversations", "Messages"]) {
			const list = await series(what, id);
			assert.deepEqual(list, Array.from({ length: 31 },
				(_, i) => ({ date: day(30 - i), count: 0 })));
		}
	});

	test("tell at once what was said, and the same when it is counted", async () => {
		const id = await makeBot();
		await talk(id, "ann", "hi", "bye");
		await talk(id, "ann", "hi again");
		await talk(id, "ben", "bye");
		await talk(id, undefined); // without a name: a user each
		await talk(id, undefined);
		const widget = site.addWidget({ more: ["--chatbot", id] });
		const who = await visitor(site, "web", { embed_token: widget.token });
		await who.say("hello");
		who.socket.close();
		const want = async (at) => {
			const n = stored(id);
			const got = await overview(id);
			assert.deepEqual({ ...got, chatbot_id: 0, period: 0 }, { chatbot_id: 0, period: 0,
				total_conversations: 6, total_messages: n, unique_users: 5,
				avg_messages_per_conversation: Math.round(n / 6 * 10) / 10,
				completion_rate: 0.33 });
			for (const [what, total] of [["Conversations", 6], ["Messages", n]]) {
				const list = await series(what, id);
				assert.equal(sum(list), total);
				assert.equal(list.find(({ date }) => date === at).count, total);
			}
			const { stats } = (await api.call("getChatbotStats",
				{ params: { chatbot_id: id } })).body;
			assert.deepEqual(stats, { total_conversations: 6, total_messages: n,
				active_users_7d: 3 }); // ann, ben and the one on the site
		};
		await want(day(0));
		age(48);
		assert.match(site.ctl(["work"]), /analytics \d/);
		await want(day(2));
		const counted = site.sql(`SELECT SUM(conversations), SUM(users), SUM(completions)
			FROM chatbot_days d JOIN chatbots b ON b.id = d.chatbot_id
			WHERE b.name = 'Counted ${names}'`);
		assert.deepEqual(counted, [["6", "5", "2"]]);
		assert.equal((await overview(id, { end_date: day(3) })).total_conversations, 0);
		assert.equal((await overview(id, { start_date: day(2), end_date: day(2) }))
			.total_conversations, 6);
		// who comes again is not new, and without the job the request counts
		await talk(id, "ann", "hi");
		assert.deepEqual([(await overview(id)).total_conversations,
			(await overview(id)).unique_users], [7, 5]);
		age(9 * 24);
		assert.equal((await api.call("getChatbotStats", { params: { chatbot_id: id } }))
			.body.stats.active_users_7d, 0);
		assert.equal((await overview(id)).total_conversations, 7);
	});

	test("of other tenants' bots, and of none, are 404", async () => {
		const id = await makeBot();
		for (const name of ["Overview", "Conversations", "Messages"])
			for (const [who, chatbot_id] of [[other, id], [api, "no-id"],
				[api, "01J00000000000000000000000"]])
				assert.deepEqual((await who.call(`getAnalytics${name}`,
					{ params: { chatbot_id }, status: 404 })).body, { detail: "Chatbot not found." });
	});

	test("of days that are none are 422, of days in the wrong order or too many 400", async () => {
		const params = { chatbot_id: await makeBot() };
		for (const name of ["Overview", "Conversations", "Messages"]) {
			const call = (query, status) =>
				api.call(`getAnalytics${name}`, { params, query, status });
			for (const bad of ["", "today", "2026-13-01", "2026-02-30", "2026-2-1",
				"2026-02-01T00:00:00Z", "20260201", "2026-02-01 "]) {
				const { body } = await call({ start_date: bad, end_date: bad }, 422);
				assert.deepEqual(body.detail.map(({ loc, type }) => [...loc, type].join(".")),
					["query.start_date.date_parsing", "query.end_date.date_parsing"], bad);
			}
			for (const early of ["1900-01-01", "1969-12-31"])
				assert.deepEqual((await call({ start_date: early }, 422)).body.detail, [{ type: "greater_than_equal",
					loc: ["query", "start_date"], msg: "Input should be greater than or equal to 1970-01-01" }]);
			await call({ start_date: "2026-02-02", end_date: "2026-02-01" }, 400);
			await call({ start_date: day(-1) }, 400);
			await call({ start_date: "2024-01-01", end_date: "2025-01-01" }, 400);
			await call({ start_date: "2024-01-01", end_date: "2024-12-31" }, 2); // 366
			await call({ start_date: "2024-02-29", end_date: "2024-02-29" }, 2);
			await call({ start_date: "9999-12-31", end_date: "9999-12-31" }, 2);
		}
	});

	test("end with their bot", async () => {
		const id = await makeBot();
		await talk(id, "ann", "hi");
		age(1);
		assert.equal((await overview(id)).total_conversations, 1);
		const rows = () => ["chatbot_days", "chatbot_users"].map((table) =>
			Number(site.sql(`SELECT COUNT(*) FROM ${table} d
				LEFT JOIN chatbots b ON b.id = d.chatbot_id
				WHERE b.id IS NULL OR b.name = 'Counted ${names}'`)[0][0]));
		assert.deepEqual(rows(), [1, 1]);
		await api.call("deleteChatbot", { params: { chatbot_id: id } });
		assert.deepEqual(rows(), [0, 0]);
		await api.call("getAnalyticsOverview", { params: { chatbot_id: id }, status: 404 });
	});

	test("may be read with a key that may only read, and with no other method", async () => {
		const reader = await Api.start(site, { more: ["--scope", "read"] });
		const chatbot_id = await makeBot();
		await reader.call("getAnalyticsOverview", { params: { chatbot_id } });
		const { status } = await http(site, "POST", `${BASE}/chatbots/${chatbot_id}/analytics/overview`,
			{ headers: { Authorization: `Bearer ${api.key}`, "Content-Length": 0 } });
		assert.equal(status, 405);
	});
});

describe("every operation", () => {
	test("was asked for and answered as described", () => {
		assert.deepEqual(unasked("analytics"), []);
	});
});
