// ticks.test.mjs: what has become of a message, as the one who wrote it sees it
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Installation } from "../e2e/harness.mjs";
import { AgentPage, Visitor, conversationId, launch } from "./people.mjs";

const NAMES = { sent: "Sent", delivered: "Delivered", read: "Read" };

describe("ticks", () => {
	let site, browser, agent, visitor, id;
	before(async () => {
		[site, browser] = await Promise.all([Installation.start(), launch()]);
		visitor = await Visitor.visit(browser, site);
		await visitor.open();
		await visitor.say("I want to talk to a person");
		id = conversationId(site);
	});
	after(async () => {
		await browser?.close();
		await site?.stop();
	});

	/** Waits for a message's tick; its name says the same as its look. */
	async function has(where, text, tick) {
		const mark = where.getByTestId("message").filter({ hasText: text })
			.locator(`[data-tick=${tick}]`);
		await mark.waitFor();
		assert.equal(await mark.getAttribute("aria-label"), NAMES[tick]);
		assert.equal(await mark.getAttribute("title"), NAMES[tick]);
		return mark.boundingBox();
	}
	const row = (tick) => agent.row(id).locator(`[data-tick=${tick}]`);

	test("a visitor's message is sent, delivered with the first agent, and read when it is opened", async () => {
		await visitor.sees("bot", "passing you on to a colleague");
		await visitor.say("Anybody there?");
		const first = await has(visitor.chat, "Anybody there?", "sent");
		agent = await AgentPage.login(browser, site);
		await agent.row(id).waitFor();
		assert.deepEqual(await has(visitor.chat, "Anybody there?", "delivered"), first,
			"nothing moves");
		await agent.open(id);
		assert.deepEqual(await has(visitor.chat, "Anybody there?", "read"), first,
			"nothing moves");
		await visitor.page.reload();
		await visitor.open();
		await has(visitor.chat, "Anybody there?", "read");
	});

	test("an agent's message is sent while the visitor is away, delivered behind a closed panel, read in an open one", async () => {
		await agent.claim();
		await visitor.page.goto("about:blank");
		await agent.say("Yes, how can I help?");
		await has(agent.page, "how can I help?", "sent");
		await row("sent").waitFor();
		await visitor.page.goto(site.env.SITE_URL);
		await visitor.open();
		await has(agent.page, "how can I help?", "read");
		await row("read").waitFor();

		await visitor.chat.getByTestId("close").click();
		await agent.say("Are you still there?");
		const first = await has(agent.page, "still there?", "delivered");
		await row("delivered").waitFor();
		await visitor.open();
		assert.deepEqual(await has(agent.page, "still there?", "read"), first,
			"nothing moves");
		await row("read").waitFor();
		await agent.page.reload();
		await has(agent.page, "still there?", "read");
		await row("read").waitFor();
	});

	test("who is answered knows that it was read", async () => {
		await visitor.say("Yes, lilies please");
		await agent.say("White or pink?");
		await visitor.sees("agent", "White or pink?");
		await has(visitor.chat, "Yes, lilies please", "read");
		assert.equal(await visitor.chat.locator("[data-tick]").count(), 1);
		assert.deepEqual([...visitor.page.faults, ...agent.page.faults], []);
	});

	test("a bot that answers has not read, and the marks have names in Swahili", async () => {
		const other = await Visitor.visit(browser, site, { locale: "sw-KE" });
		await other.open();
		await other.press("Opening hours");
		await other.sees("bot", "8:00 to 18:00");
		await other.chat.getByRole("img", { name: "Umefika" }).waitFor();
		await other.page.reload();
		await other.open();
		await other.chat.getByRole("img", { name: "Umefika" }).waitFor();
	});
});
