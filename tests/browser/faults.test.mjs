// faults.test.mjs: a program dies in the middle of a burst of 200 messages
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Installation, until } from "../e2e/harness.mjs";
import {
	AgentPage, Visitor, conversationId, launch, shown, stored,
} from "./people.mjs";

const BURST = 100; // from each side

/** Sends numbered messages as fast as the page takes them. */
async function burst(person, name, onSaid) {
	for (let i = 1; i <= BURST; i++) {
		await person.say(`${name} ${i}`);
		onSaid(i);
	}
}

/** How many messages of the burst have been stored. */
function storedOfBurst(site) {
	return Number(site.sql("SELECT COUNT(*) FROM messages WHERE content REGEXP '^(visitor|agent) [0-9]+$'")[0][0]);
}

function texts(site, sender) {
	return site.sql(`SELECT content FROM messages WHERE sender_type='${sender}' ORDER BY seq`)
		.flat();
}

for (const part of ["wsd", "fcgi", "db"]) {
	describe(`${part} is killed in the middle of a burst`, () => {
		let site, browser;
		before(async () => {
			// The visitor's own limit is another test's subject.
			site = await Installation.start({ conf: "message_burst = 1000" });
			browser = await launch();
		});
		after(async () => {
			await browser?.close();
			await site?.stop();
		});

		test("every message is stored once and shown once on both sides, in one order", async () => {
			const agent = await AgentPage.login(browser, site);
			const visitor = await Visitor.visit(browser, site);
			await visitor.open();
			await visitor.press("Talk to a person");
			const id = await until("the conversation", () => {
				try {
					return conversationId(site);
				} catch {
					return null;
				}
			});
			await agent.row(id).waitFor();
			await agent.open(id);
			await agent.claim();

			let half;
			let said = 0;
			const reached = new Promise((resolve) => (half = resolve));
			// Nothing else runs between the count and the kill.
			const atKill = {};
			const crash = reached.then(() => {
				atKill.stored = storedOfBurst(site);
				atKill.said = said;
				return site.crash(part);
			});
			await Promise.all([
				burst(visitor, "visitor", (i) => {
					said++;
					if (i === BURST / 2) half();
				}),
				burst(agent, "agent", () => said++),
				crash,
			]);
			assert.ok(atKill.stored > 0 && atKill.stored < 2 * BURST,
				`${atKill.stored} messages were stored when ${part} was killed`);
			assert.ok(atKill.said < said, "nothing was said after the kill");

			const want = (name) => Array.from({ length: BURST }, (_, i) => `${name} ${i + 1}`);
			const mine = (list, name) => list.filter((text) => text.startsWith(`${name} `));
			await until("all to be stored", () => {
				try {
					return mine(texts(site, "end_user"), "visitor").length >= BURST &&
						mine(texts(site, "agent"), "agent").length >= BURST;
				} catch {
					return false; // the database is coming up
				}
			});
			assert.deepEqual(mine(texts(site, "end_user"), "visitor"), want("visitor"));
			assert.deepEqual(mine(texts(site, "agent"), "agent"), want("agent"));

			const rows = stored(site);
			for (const where of [visitor.chat, agent.page]) {
				await until("all to be shown", async () =>
					(await shown(where)).filter(([seq]) => seq > 0).length >= rows.length);
				assert.deepEqual(await shown(where), rows);
			}
			assert.deepEqual([...visitor.page.faults, ...agent.page.faults], []);
		});
	});
}
