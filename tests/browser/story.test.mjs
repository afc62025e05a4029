// story.test.mjs: a visitor, the bot and an agent talk, in real browsers
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Installation, until } from "../e2e/harness.mjs";
import {
	AgentPage, Visitor, conversationId, launch, shown, stored,
} from "./people.mjs";

for (const web of ["lighttpd", "apache"]) {
	describe(`through ${web}`, () => {
		let site, browser;
		before(async () => {
			site = await Installation.start({ web });
			browser = await launch();
		});
		after(async () => {
			await browser?.close();
			await site?.stop();
		});

		test("a visitor is answered by the bot, asks for a person, and is served until resolved", async () => {
			const agent = await AgentPage.login(browser, site);
			const visitor = await Visitor.visit(browser, site);
			await visitor.open();

			// the bot: greeting with buttons, a click, free text it does not know
			await visitor.press("Opening hours");
			await visitor.sees("end_user", "Opening hours");
			await until("the answer", async () => (await visitor.count("bot")) >= 2);
			const before = await visitor.count("bot");
			await visitor.say("qwertz uiop");
			await until("the fallback", async () => (await visitor.count("bot")) > before);

			// a human: the inbox shows it without a reload
			const id = conversationId(site);
			await visitor.say("I want to talk to a person");
			await agent.row(id).waitFor();
			await agent.open(id);
			await agent.claim();
			await agent.sees("end_user", "I want to talk to a person");

			// the visitor sees typing, then the answer; and the other way round
			await agent.page.getByTestId("composer").pressSequentially("Hello", { delay: 30 });
			await visitor.chat.getByTestId("typing").waitFor();
			await agent.say("Hello, I am Amina. How can I help?");
			await visitor.sees("agent", "I am Amina");
			await visitor.chat.getByTestId("typing").waitFor({ state: "detached" });
			await visitor.chat.getByTestId("composer").pressSequentially("Do you", { delay: 30 });
			await agent.page.getByTestId("typing").first().waitFor();
			await visitor.say("Do you sell lilies?");
			await agent.sees("end_user", "Do you sell lilies?");
			const bots = await visitor.count("bot");

			// resolved with tags; the next message opens a new session
			await agent.resolve(["lilies", "sales"]);
			await until("the session to be resolved", () =>
				site.sql("SELECT 1 FROM conversation_sessions WHERE status='resolved'").length === 1);
			assert.deepEqual(
				JSON.parse(site.sql("SELECT tags FROM conversation_sessions WHERE status='resolved'")[0][0]),
				["lilies", "sales"]);
			await visitor.say("One more thing");
			await until("the bot again", async () => (await visitor.count("bot")) > bots);
			const sessions = site.sql("SELECT status FROM conversation_sessions ORDER BY id");
			assert.deepEqual(sessions.flat(), ["resolved", "open"]);

			// history after a reload, and the table holds exactly what was seen
			await visitor.page.reload();
			await visitor.open();
			await visitor.sees("end_user", "One more thing");
			const rows = stored(site);
			assert.deepEqual(await shown(visitor.chat), rows);
			await until("the agent to have all", async () =>
				(await shown(agent.page)).length === rows.length);
			assert.deepEqual(await shown(agent.page), rows);
			assert.deepEqual([...visitor.page.faults, ...agent.page.faults], []);
		});
	});
}
