// waiting.test.mjs: servers of others that are slow, and who does not ask them
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { http, Installation, openChat, until } from "./harness.mjs";
import { Api } from "./openapi.mjs";
import { json, StandIn } from "./stand-in.mjs";

const key = (name) => ({ headers: { "Idempotency-Key": name } });
const FLOW = (url, method) => ({
	ask: { initial: true, message: "What?", transitions: { default: "call" } },
	call: { actions: [{ type: "API_CALL", method, url, success_transition: "yes",
		failure_transition: "yes" }], transitions: {} },
	yes: { message: "yes {{response}}", transitions: { default: "call" } },
});

for (const daemon of [false, true])
	describe(`while a server keeps its callers waiting, ${daemon ? "with" : "without"} a daemon`, () => {
		let site, api, shop, bot, held = [];
		const release = () => {
			shop.handler = (_, answer) => json(answer, 200, 7);
			for (const answer of held.splice(0)) json(answer, 200, 7);
		};
		const hold = () => { shop.handler = (_, answer) => held.push(answer); };
		const open = async () => (await api.call("createChatSession",
			{ params: { chatbot_id: bot } })).body.session_id;
		const send = (session_id, more) => api.call("sendChatMessage",
			{ params: { chatbot_id: bot, session_id }, body: { message: "x" }, ...more });

		before(async () => {
			shop = await StandIn.start();
			// two of four threads may wait
			site = await Installation.start({ daemon,
				conf: `threads = 4\noutside_allow = 127.0.0.1:${shop.port}` });
			api = await Api.start(site);
			bot = (await api.call("createChatbot", { body: { name: "Slow" } })).body.id;
			const { id: flow_id } = (await api.call("createFlow", { params: { chatbot_id: bot },
				body: { name: "Main", type: "conversation", flow: FLOW(`${shop.url}/x`, "GET") } })).body;
			await api.call("publishFlow", { params: { chatbot_id: bot, flow_id } });
		});
		afterEach(() => release());
		after(async () => {
			await site?.stop();
			await shop?.stop();
		});

		test("others are answered, and what was said meanwhile has its answer later", async () => {
			const sessions = [];
			for (let i = 0; i < 5; i++) sessions.push(await open());
			hold();
			const sent = sessions.map((id, i) => ({ id, i }));
			const waits = sent.map(async (one) => {
				one.answer = await send(one.id, { ...key(`k${one.i}`), status: [200, 503] });
			});
			await until("the refusals", () => sent.filter((one) => one.answer).length === 3);
			await until("the calls", () => held.length >= 2);
			const refused = sent.filter((one) => one.answer);
			for (const { answer } of refused) {
				assert.equal(answer.status, 503);
				assert.match(answer.body.detail, /^The server is busy with calls to others/);
				assert.ok(Number(answer.headers["retry-after"]) >= 1);
			}
			// who asks nothing of the kind, and who would
			await api.call("getMe");
			const { token } = site.addWidget({ more: ["--chatbot", bot] });
			const chat = await openChat(site, "guest", { embed_token: token });
			const visitor = { conversation_id: chat.conversation_id, external_id: "guest" };
			const said = await http(site, "POST", "/chat-widget/send", { headers:
				{ "Content-Type": "application/json" }, body: JSON.stringify({ ...visitor, content: "x" }) });
			assert.equal(said.status, 200, said.text);
			await api.call("getMe");
			const calls = shop.requests.length;
			await api.call("tryMcpServer", { params: { chatbot_id: bot },
				body: { server_url: `${shop.url}/mcp` }, status: 503 });
			assert.ok(!shop.requests.slice(calls).some(({ url }) => url === "/mcp"));
			if (!daemon) assert.deepEqual([held.length, shop.requests.length], [2, 2]);
			assert.equal(sent.filter((one) => one.answer).length, 3, "they are held still");
			release();
			await Promise.all(waits);
			for (const one of sent) {
				const again = await send(one.id, key(`k${one.i}`));
				assert.equal(again.headers["idempotency-replayed"], "true");
				assert.deepEqual(again.body.messages, [{ type: "text", text: "yes 7" }]);
				assert.deepEqual([again.body.messages_count, again.body.current_state], [1, "yes"]);
				if (!refused.includes(one))
					assert.deepEqual(one.answer.body, again.body);
			}
			assert.deepEqual(site.sql(`SELECT sender_type, COUNT(*) FROM messages m
				JOIN conversations c ON c.id = m.conversation_id WHERE c.channel = 'api'
				GROUP BY 1 ORDER BY 1`), [["bot", "10"], ["end_user", "5"]]);
		});

		test("every place is given back", async () => {
			for (let i = 0; i < 5; i++)
				assert.equal((await send(await open())).body.messages[0].text, "yes 7");
			// a refusal of the server is one, too
			for (let i = 0; i < 3; i++)
				await api.call("tryMcpServer", { params: { chatbot_id: bot },
					body: { server_url: `${shop.url}/mcp`, timeout: 5 }, status: [400, 502] });
		});
	});
