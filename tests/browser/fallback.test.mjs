// fallback.test.mjs: a visitor and an agent for whom no socket can be had
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Installation, until } from "../e2e/harness.mjs";
import {
	AgentPage, Visitor, conversationId, launch, shown, stored,
} from "./people.mjs";

const BURST = 40; // from each side
const SOCKET = "**/socket.io/**";

/** Nothing gets through to the daemon from here on; what is open stays so. */
const block = ({ page }) => page.context().route(SOCKET, (route) => route.abort());
const unblock = ({ page }) => page.context().unroute(SOCKET);
const note = (agent) => agent.page.getByTestId("link-note")
	.getByText("Not live");

/** Typing travels by the socket alone. */
async function typingArrives(agent, visitor) {
	await until("the visitor to see typing", async () => {
		await agent.page.getByTestId("composer").pressSequentially("Hm");
		await agent.page.getByTestId("composer").fill("");
		return await visitor.chat.getByTestId("typing").count() > 0;
	});
}

describe("without a socket", () => {
	let site, browser, agent, visitor, id;
	before(async () => {
		// The visitor's own limit is another test's subject.
		site = await Installation.start({ conf: "message_burst = 1000" });
		browser = await launch();
		agent = await AgentPage.login(browser, site);
		visitor = await Visitor.visit(browser, site);
	});
	after(async () => {
		await browser?.close();
		await site?.stop();
	});

	/** Both sides show what is stored, each message once and in its place; after
	 * a reload at least the last 50. */
	async function agree(least = 0) {
		const rows = stored(site);
		for (const where of [visitor.chat, agent.page]) {
			const seen = await until("all to be shown", async () => {
				const all = await shown(where);
				return all.at(-1)?.[0] === rows.length &&
					all.length >= (least || rows.length) && all;
			});
			assert.deepEqual(seen, rows.slice(-seen.length));
		}
	}

	test("a visitor, the bot and an agent talk through REST alone", async () => {
		await block(agent);
		await block(visitor);
		await agent.page.reload();
		await note(agent).waitFor();
		await visitor.open();
		await visitor.press("Opening hours");
		await visitor.sees("bot", "8:00 to 18:00");
		await visitor.say("I want to talk to a person");
		id = conversationId(site);
		await agent.row(id).waitFor();
		await agent.open(id);
		await agent.claim();
		await agent.say("Hello, I am Amina. How can I help?");
		await visitor.sees("agent", "I am Amina");
		await visitor.chat.getByTestId("status").getByText("Amina Odhiambo").waitFor();
		await visitor.say("Do you sell lilies?");
		await agent.sees("end_user", "Do you sell lilies?");
		await agent.row(id).getByText("Do you sell lilies?").waitFor();
		await agree();
		assert.equal(await note(agent).count(), 1);
	});

	test("ticks go the same way", async () => {
		await agent.say("White ones.");
		await agent.page.getByTestId("message").filter({ hasText: "White ones." })
			.locator("[data-tick=read]").waitFor();
		await visitor.say("And on Sunday?");
		await visitor.chat.getByTestId("message").filter({ hasText: "And on Sunday?" })
			.locator("[data-tick=read]").waitFor();
	});

	test("the socket comes back, and talk goes on through it", async () => {
		await unblock(agent);
		await unblock(visitor);
		await note(agent).waitFor({ state: "detached" });
		await typingArrives(agent, visitor);
		await agent.say("From nine on.");
		await visitor.sees("agent", "From nine on.");
		await visitor.say("Thank you!");
		await agent.sees("end_user", "Thank you!");
		await agree();
	});

	test("it comes and goes in the middle of a burst, and every message is there once", async () => {
		const burst = async (person, name) => {
			for (let i = 1; i <= BURST; i++) {
				await person.say(`${name} ${i}`);
				await person.page.waitForTimeout(200);
			}
		};
		const trouble = async () => {
			await block(agent);
			await block(visitor);
			await site.crash("wsd");
			await note(agent).waitFor();
			await unblock(visitor);
			await unblock(agent);
			await note(agent).waitFor({ state: "detached" });
		};
		await Promise.all([burst(visitor, "visitor"), burst(agent, "agent"), trouble()]);
		const texts = await until("all to be stored", () => {
			const rows = stored(site).filter(([, , text]) => /^(visitor|agent) \d+$/.test(text));
			return rows.length >= 2 * BURST && rows;
		});
		for (const [name, sender] of [["visitor", "end_user"], ["agent", "agent"]])
			assert.deepEqual(texts.filter((row) => row[1] === sender).map((row) => row[2]),
				Array.from({ length: BURST }, (_, i) => `${name} ${i + 1}`));
		await agree();
	});

	test("a daemon that falls silent is given up, and talk goes on", async () => {
		const pid = Number(site.pids().wsd);
		process.kill(pid, "SIGSTOP");
		try {
			await visitor.say("Are you all right?");
			await visitor.chat.getByTestId("status").getByText("trying again").waitFor();
			await agent.say("Is this going through?");
			await agent.page.getByText("Not sent yet, trying again").waitFor();
			await visitor.sees("agent", "Is this going through?");
			await agent.sees("end_user", "Are you all right?");
			await agree();
			assert.equal(await visitor.chat.getByText("trying again").count(), 0);
			assert.equal(await agent.page.getByText("trying again").count(), 0);
		} finally {
			process.kill(pid, "SIGCONT");
		}
		await note(agent).waitFor({ state: "detached" });
		await typingArrives(agent, visitor);
		await agree();
	});

	test("an agent sees that it is not live, on a phone in an open thread too", async () => {
		const { page } = agent;
		const narrow = page.getByTestId("narrow-link-note");
		const here = page.locator(".rail-foot .dot");
		const size = page.viewportSize();
		await page.locator(".rail-foot .dot-live").waitFor();
		await block(agent);
		await page.reload();
		await note(agent).waitFor();
		assert.match(await here.getAttribute("class"), /dot-wait/);
		assert.equal(await page.locator(".me-state").innerText(), "Not live");
		assert.equal(await narrow.isVisible(), false);
		await page.setViewportSize({ width: 375, height: 740 });
		await page.getByTestId("composer").waitFor();
		assert.equal(await note(agent).isVisible(), false);
		assert.match(await narrow.innerText(), /Not live/);
		await unblock(agent);
		await narrow.getByText("Not live").waitFor({ state: "detached" });
		await page.setViewportSize(size);
		await page.locator(".rail-foot .dot-live").waitFor();
	});

	test("what the agent ends is ended for the visitor, and the bot is back", async () => {
		await block(visitor);
		await block(agent);
		await visitor.page.reload();
		await agent.page.reload();
		await note(agent).waitFor();
		await visitor.open();
		await visitor.sees("end_user", "Thank you!");
		await agent.resolve(["lilies"]);
		await visitor.chat.getByText("This conversation was closed.").waitFor();
		const bots = await visitor.count("bot");
		await visitor.say("One more thing");
		await until("the bot again", async () => await visitor.count("bot") > bots);
		assert.equal(await visitor.chat.getByText("This conversation was closed.").count(), 0);
		await agree(50);
	});

	test("whose login has ended is led to the login page", async () => {
		site.sql("DELETE FROM logins");
		await agent.page.getByTestId("login-email").waitFor();
		assert.equal(new URL(agent.page.url()).searchParams.get("next"),
			`/console/inbox/${id}?filter=mine`);
		assert.deepEqual([...visitor.page.faults, ...agent.page.faults], []);
	});
});

describe("where no daemon runs", () => {
	let site, browser;
	before(async () => {
		[site, browser] = await Promise.all([Installation.start({ daemon: false }), launch()]);
	});
	after(async () => {
		await browser?.close();
		await site?.stop();
	});

	test("a visitor and an agent talk all the same, over a reload as well", async () => {
		const agent = await AgentPage.login(browser, site);
		await note(agent).waitFor();
		const visitor = await Visitor.visit(browser, site);
		await visitor.open();
		await visitor.say("I want to talk to a person");
		await visitor.sees("bot", "passing you on to a colleague");
		const id = conversationId(site);
		await agent.row(id).waitFor();
		await agent.open(id);
		await agent.claim();
		await agent.say("Hello, I am Amina.");
		await visitor.sees("agent", "I am Amina");
		// what comes behind a closed panel is counted on the button
		await visitor.chat.getByTestId("close").click();
		await agent.say("Are you there?");
		await visitor.page.getByRole("button", { name: "unread messages: 1" }).waitFor();
		await visitor.page.reload();
		await visitor.open();
		await visitor.say("Yes, I am");
		await agent.sees("end_user", "Yes, I am");
		const rows = stored(site);
		assert.deepEqual(await shown(visitor.chat), rows);
		assert.deepEqual(await shown(agent.page), rows);
		assert.deepEqual([...visitor.page.faults, ...agent.page.faults], []);
	});
});
