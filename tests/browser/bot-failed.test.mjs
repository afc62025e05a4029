// bot-failed.test.mjs: an agent sees what a bot could not do, as it happens
// SPDX-License-Identifier: MIT
import { after, before, describe, test } from "node:test";
import assert from "node:assert/strict";
import { Installation, freePort, until } from "../e2e/harness.mjs";
import { Api } from "../e2e/openapi.mjs";
import { AgentPage, launch } from "./people.mjs";

describe("a bot that fails", () => {
	let site, browser, api, port;
	before(async () => {
		port = await freePort();
		site = await Installation.start({ conf: `outside_allow = 127.0.0.1:${port}` });
		browser = await launch();
		api = await Api.start(site);
	});
	after(async () => {
		await browser?.close();
		await site?.stop();
	});

	test("says why in the open conversation, to the agent alone", async () => {
		const { id: chatbot_id } = (await api.call("createChatbot",
			{ body: { name: "Caller" } })).body;
		const { id: flow_id } = (await api.call("createFlow", { params: { chatbot_id },
			body: { name: "Calls", type: "conversation", flow: {
				ask: { initial: true, message: "What?", transitions: { default: "order" } },
				order: { actions: [{ type: "API_CALL", url: `http://127.0.0.1:${port}/`,
					success_transition: "ask", failure_transition: "no" }] },
				no: { message: "Sorry.", transitions: { default: "order" } },
			} } })).body;
		await api.call("publishFlow", { params: { chatbot_id, flow_id } });
		const { session_id } = (await api.call("createChatSession",
			{ params: { chatbot_id }, body: {} })).body;
		const say = async (message) => (await api.call("sendChatMessage",
			{ params: { chatbot_id, session_id }, body: { message } })).body;
		await say("hello");
		const amina = await AgentPage.login(browser, site);
		await amina.filter("all");
		await amina.page.getByTestId("conversation-row").first().click();
		await amina.page.getByTestId("message").first().waitFor();
		const why = amina.page.getByTestId("bot-failed");
		const answered = await say("an order");
		assert.doesNotMatch(JSON.stringify(answered), /API_CALL/);
		await why.getByText(/API_CALL in order: /).waitFor();
		await amina.page.reload();
		await why.getByText(/API_CALL in order: /).waitFor();
		await amina.page.setViewportSize({ width: 375, height: 740 });
		await why.waitFor();
		assert.equal(await until("no overflow", () => amina.page.evaluate(() =>
			document.documentElement.scrollWidth <= innerWidth)), true);
	});
});
