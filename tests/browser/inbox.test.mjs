// inbox.test.mjs: two agents share the inbox, and each sees what is true
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Installation, until, visitor } from "../e2e/harness.mjs";
import { AgentPage, launch } from "./people.mjs";

describe("the inbox", () => {
	let site, browser, token, amina, juma;
	before(async () => {
		site = await Installation.start({ conf: "message_burst = 1000" });
		browser = await launch();
		token = site.addWidget().token;
		amina = await AgentPage.login(browser, site, "CONSOLE");
		juma = await AgentPage.login(browser, site, "CONSOLE2");
		// gone after a reload: nothing below may need one
		for (const { page } of [amina, juma])
			await page.evaluate(() => (window.firstLoad = true));
	});
	after(async () => {
		await browser?.close();
		await site?.stop();
	});

	/** A visitor without a bot who has written something. */
	async function guest(name, ...texts) {
		const self = await visitor(site, `visitor-with-a-rather-long-id-${name}`,
			{ embed_token: token, customer_name: name });
		for (const text of texts) assert.equal((await self.say(text)).ok, true);
		return self;
	}
	const hex = (id) => `UNHEX('${id.replaceAll("-", "")}')`;
	const text = (agent, testId) => agent.page.getByTestId(testId).first();
	const pressed = (agent, filter) =>
		agent.page.getByTestId(`filter-${filter}`).getAttribute("aria-pressed");
	const gone = (agent, id) => agent.row(id).waitFor({ state: "detached" });
	async function counts(agent) {
		const one = async (filter) => Number((await agent.page
			.getByTestId(`filter-${filter}`).locator(".count").textContent()));
		return [await one("unassigned"), await one("mine"), await one("all")];
	}
	const counted = (agent, want) => until(`the counts ${want}`, async () =>
		String(await counts(agent)) === String(want));

	test("a new conversation stands in both agents' lists without a reload", async () => {
		const { id } = await guest("Neema", "Are you there?");
		for (const agent of [amina, juma]) {
			await agent.row(id).getByText("Are you there?").waitFor();
			assert.match(await agent.row(id).textContent(), /Neema/);
			assert.equal(await agent.page.evaluate(() => window.firstLoad), true);
			await counted(agent, [1, 0, 1]);
		}
	});

	test("a claim leaves the other's list, and opened there it says who has it", async () => {
		const { id } = await guest("Baraka", "Do you have lilies?");
		await juma.row(id).waitFor();
		await amina.open(id);
		await amina.claim();
		await gone(juma, id);
		await counted(juma, [1, 0, 2]);

		// one's own list goes along, with the conversation still open
		await until("the list of one's own", async () => await pressed(amina, "mine") === "true");
		assert.equal(await amina.row(id).getAttribute("aria-current"), "true");
		await amina.page.getByTestId("message").first().waitFor();
		await counted(amina, [1, 1, 2]);
		assert.equal(await amina.page.getByRole("button", { name: "Copy" }).evaluate((button) => {
			const words = document.createRange();
			words.selectNodeContents(button);
			return words.getClientRects().length;
		}), 1, "one line");

		await juma.filter("all");
		await juma.open(id);
		await juma.page.getByText("With Amina Odhiambo").waitFor();
		await juma.page.getByText("Amina Odhiambo is answering here.").waitFor();
		assert.equal(await juma.page.getByTestId("claim").count(), 0);
		assert.equal(await juma.page.getByTestId("resolve").count(), 0);
		await juma.filter("unassigned");
	});

	test("of two who claim at the same moment, the second is told in words who has it", async () => {
		const { id } = await guest("Chausiku", "Who of you is it?");
		for (const agent of [amina, juma]) {
			await agent.filter("unassigned");
			await agent.open(id);
		}
		// the buttons are taken first: the slower one may be gone by then
		const at = Date.now() + 500;
		await Promise.all([amina, juma].map((agent) =>
			agent.page.getByTestId("claim").first().evaluate((button, time) =>
				new Promise((done) => setTimeout(() => done(button.click()),
					time - Date.now())), at)));
		const [winner] = await until("a winner", () => site.sql(`SELECT display_name
			FROM users u JOIN conversation_sessions s ON u.id = s.assigned_agent_id
			WHERE s.conversation_id = ${hex(id)}`)[0]);
		const [first, second] = winner === "Amina Odhiambo" ? [amina, juma] : [juma, amina];
		await second.page.getByTestId("toast")
			.getByText(`${winner} has it already.`).waitFor();
		await second.page.getByText(`With ${winner}`).waitFor();
		await first.page.getByTestId("resolve").waitFor();
		assert.equal(await first.page.getByTestId("toast").count(), 0);
		assert.equal(await second.page.getByTestId("resolve").count(), 0);
	});

	test("an unread mark counts what came, and goes when it is read", async () => {
		const self = await guest("Dalila", "One");
		await amina.filter("all");
		const unread = (n) => until(`${n} unread`, async () =>
			await amina.row(self.id).getAttribute("data-unread") === String(n));
		await unread(1);
		await self.say("Two");
		await unread(2);
		assert.match(await amina.row(self.id).textContent(), /2 unread messages/);
		await amina.open(self.id);
		await amina.sees("end_user", "Two");
		await unread(0);
		// what comes while one looks is read at once, and the server knows
		await self.say("Three");
		await amina.sees("end_user", "Three");
		await unread(0);
		await until("the server to know", () => site.sql(`SELECT 1 FROM read_cursors r
			JOIN users u ON u.id = r.user_id JOIN conversations c ON c.id = r.conversation_id
			WHERE u.email = '${site.env.CONSOLE_EMAIL}' AND r.last_seq = c.last_seq
			AND c.id = ${hex(self.id)}`).length === 1);
		await amina.page.reload();
		await amina.row(self.id).waitFor();
		assert.equal(await amina.row(self.id).getAttribute("data-unread"), "0");
	});

	test("what is read in one window loses its mark in the agent's other window", async () => {
		const second = await amina.page.context().newPage();
		await second.goto(`${site.env.CONSOLE_URL}?filter=all`);
		const { id } = await guest("Imani", "Is this seen twice?");
		const row = second.locator(`[data-testid=conversation-row][data-id="${id}"]`);
		const unread = (n) => until(`${n} unread in the other window`, async () =>
			await row.getAttribute("data-unread") === String(n));
		await row.waitFor();
		await unread(1);
		await amina.open(id);
		await amina.sees("end_user", "Is this seen twice?");
		await until("the server to know", () => site.sql(`SELECT 1 FROM read_cursors
			WHERE conversation_id = ${hex(id)} AND last_seq > 0`).length === 1);
		await second.evaluate(() => window.dispatchEvent(new Event("focus")));
		await unread(0);
		await second.close();
	});

	test("the search finds by name, says when it finds nothing, and is in the address", async () => {
		const wanted = await guest("Zuhura", "Good evening");
		const other = await guest("Farida", "Good morning");
		await amina.row(wanted.id).waitFor();
		await amina.row(other.id).waitFor();
		await text(amina, "search").fill("zuhu");
		await gone(amina, other.id);
		await amina.row(wanted.id).waitFor();
		assert.equal(new URL(amina.page.url()).searchParams.get("q"), "zuhu");
		await text(amina, "search").fill("no such name");
		await amina.page.getByText("Nothing found for “no such name”").waitFor();
		await amina.page.getByRole("button", { name: "Clear the search" }).click();
		await amina.row(other.id).waitFor();
	});

	test("each conversation keeps its own draft, over a reload as well", async () => {
		const one = await guest("Grace", "First");
		const two = await guest("Hamisi", "Second");
		const draft = () => text(amina, "composer").inputValue();
		await amina.open(one.id);
		await text(amina, "composer").fill("for Grace");
		await amina.row(two.id).click();
		await amina.page.getByRole("heading", { name: "Hamisi" }).first().waitFor();
		assert.equal(await draft(), "");
		await text(amina, "composer").fill("for Hamisi");
		await amina.row(one.id).click();
		await amina.page.getByRole("heading", { name: "Grace" }).first().waitFor();
		assert.equal(await draft(), "for Grace");
		await amina.page.reload();
		await text(amina, "composer").waitFor();
		assert.equal(await draft(), "for Grace");
		await amina.row(two.id).click();
		await amina.page.getByRole("heading", { name: "Hamisi" }).first().waitFor();
		assert.equal(await draft(), "for Hamisi");
	});

	test("a message does not scroll an agent who reads further up", async () => {
		const self = await guest("Imani",
			...Array.from({ length: 40 }, (_, i) => `Line ${i + 1}`));
		await amina.row(self.id).waitFor();
		await amina.open(self.id);
		await amina.sees("end_user", "Line 40");
		const log = amina.page.getByRole("log");
		await log.hover();
		await amina.page.mouse.wheel(0, -700);
		await until("to be further up", () => log.evaluate((box) =>
			box.scrollHeight - box.scrollTop - box.clientHeight > 300));
		const top = await log.evaluate((box) => box.scrollTop);
		await self.say("And one more");
		await amina.sees("end_user", "And one more");
		await amina.page.getByTestId("jump").getByText("1 new message").waitFor();
		assert.equal(await log.evaluate((box) => box.scrollTop), top);
		await amina.page.getByTestId("jump").click();
		await until("the end", () => log.evaluate((box) =>
			box.scrollHeight - box.scrollTop - box.clientHeight < 2));
		await amina.page.getByTestId("jump").waitFor({ state: "detached" });
	});

	test("resolving takes it out of one's own list, and its tags stay to be seen", async () => {
		const { id } = await guest("Jabali", "It is done");
		await amina.filter("unassigned");
		await amina.open(id);
		await amina.claim();
		await amina.row(id).waitFor();
		const [unassigned, mine, all] = await counts(amina);
		await amina.resolve(["lilies", "sales"]);
		await gone(amina, id);
		await counted(amina, [unassigned, mine - 1, all]);
		const line = amina.page.getByTestId("session").last();
		await line.getByText("resolved").waitFor();
		assert.match(await line.textContent(), /claimed by you.*lilies.*sales/);
		await amina.page.getByText("This conversation is resolved.").waitFor();
		assert.equal(await amina.page.getByTestId("composer").count(), 0);
		await juma.filter("all");
		await juma.row(id).getByText("Resolved").waitFor({ state: "attached" });
	});

	test("what became of a conversation is there after a reload", async () => {
		const self = await guest("Kamau", "Remember this");
		const box = amina.page.getByTestId("contact");
		const told = async () => {
			await box.getByTestId("session-item").first().getByText("resolved", { exact: true }).waitFor();
			await box.getByTestId("session-item").first().getByText("claimed by you").waitFor();
			// once with the session, once as the conversation's
			await until("the tag", async () => await box.getByText("kept", { exact: true }).count() === 2);
			assert.equal(await box.getByText("No tags yet.").count(), 0);
			assert.match(await amina.page.getByTestId("session").first().textContent(),
				/claimed by you.*resolved.*kept/);
			assert.match(await amina.page.locator(".thread-state").textContent(), /Resolved/);
		};
		await amina.filter("unassigned");
		await amina.open(self.id);
		await amina.claim();
		await amina.row(self.id).waitFor();
		await amina.resolve(["kept"]);
		await told();
		await amina.page.reload();
		await told();

		// a new session does not take it away, and asks for a person itself
		await self.say("Again, please");
		await amina.page.getByTestId("composer").waitFor();
		site.sql(`UPDATE conversation_sessions SET handoff_at = NOW(6)
			WHERE conversation_id = ${hex(self.id)} AND resolved_at IS NULL`);
		await amina.page.reload();
		const items = box.getByTestId("session-item");
		await items.first().getByText("the visitor waits for a person").waitFor();
		await items.first().getByText("open", { exact: true }).waitFor();
		await items.nth(1).getByText("kept", { exact: true }).waitFor();
		assert.equal(await items.count(), 2);
	});

	test("a conversation that is not there says so, and nothing else", async () => {
		await amina.page.goto(`${site.url}/console/inbox/00000000-0000-4000-8000-000000000000?filter=all`);
		await amina.page.getByText("This conversation does not exist, or you may not see it.").waitFor();
		assert.equal(await amina.page.locator("#thread-title").textContent(), "Conversation");
	});

	test("the list and the open conversation are in the address and survive a reload", async () => {
		const { id } = await guest("Khadija", "Keep my place");
		await amina.filter("all");
		await amina.open(id);
		assert.equal(new URL(amina.page.url()).pathname, `/console/inbox/${id}`);
		await amina.page.reload();
		await amina.sees("end_user", "Keep my place");
		assert.equal(await pressed(amina, "all"), "true");
		assert.equal(await amina.row(id).getAttribute("aria-current"), "true");
		await amina.page.goBack();
		await amina.page.getByTestId("composer").waitFor({ state: "detached" });
	});

	test("what was missed while the connection was gone is there after it", async () => {
		const open = await guest("Lulu", "Before the fall");
		await amina.filter("all");
		await amina.open(open.id);
		const lists = [];
		const listen = (request) => /conversations\/\?/.test(request.url()) &&
			lists.push(request.url());
		amina.page.on("request", listen);
		await amina.page.context().setOffline(true);
		await site.crash("wsd");
		const connecting = amina.page.getByRole("status").getByText("Connecting…");
		await connecting.waitFor();
		// where there is no room for the word, the dot says it
		await amina.page.setViewportSize({ width: 1200, height: 720 });
		await amina.page.getByTitle("Connecting…").waitFor();
		assert.ok((await amina.page.locator(".me-state").boundingBox()).height <= 1);
		await amina.page.setViewportSize({ width: 1280, height: 720 });
		await connecting.waitFor();
		await until("the daemon to have them", async () =>
			(await open.say("Behind your back", { client_id: "behind-1" })).ok);
		const fresh = await guest("Mosi", "New since then");
		assert.equal(await amina.row(fresh.id).count(), 0);
		await amina.page.context().setOffline(false);
		await amina.row(fresh.id).waitFor();
		await amina.sees("end_user", "Behind your back");
		await amina.row(open.id).getByText("Behind your back").waitFor();
		await open.say("And live again");
		await amina.sees("end_user", "And live again");
		await amina.row(open.id).getByText("And live again").waitFor();
		// only what was missed was read
		assert.deepEqual(lists, []);
		amina.page.off("request", listen);
	});

	test("on a phone one pane is shown at a time, with a way back", async () => {
		const { id } = await guest("Nuru", "From the bus");
		await amina.filter("all");
		await amina.row(id).waitFor();
		await amina.page.setViewportSize({ width: 390, height: 844 });
		const list = amina.page.locator(".list-pane");
		const thread = amina.page.locator(".thread-pane");
		const back = amina.page.getByTestId("back");
		if (await back.isVisible()) await back.click();
		await thread.waitFor({ state: "hidden" });
		await amina.open(id);
		await list.waitFor({ state: "hidden" });
		assert.equal(await thread.isVisible(), true);
		const box = await amina.page.getByTestId("composer").boundingBox();
		assert.ok(box.y + box.height <= 844, "the composer is on the screen");
		await back.click();
		await list.waitFor();
		assert.equal(await thread.isVisible(), false);
		assert.ok(await amina.page.evaluate(() =>
			document.documentElement.scrollWidth <= innerWidth));
		await amina.page.setViewportSize({ width: 1280, height: 720 });
	});

	test("whose login has ended goes to the login page and from there back to the same place", async () => {
		const { id } = await guest("Otieno", "Do not lose me");
		await juma.filter("all");
		await juma.row(id).waitFor();
		site.sql(`DELETE FROM logins WHERE user_id = (SELECT id FROM users
			WHERE email = '${site.env.CONSOLE2_EMAIL}')`);
		await juma.row(id).click();
		await juma.page.waitForURL(/\/auth\/login\?next=/);
		await juma.page.getByTestId("login-email").fill(site.env.CONSOLE2_EMAIL);
		await juma.page.getByTestId("login-password").fill(site.env.CONSOLE2_PASSWORD);
		await juma.page.getByTestId("login-submit").click();
		await juma.page.waitForURL(`${site.url}/console/inbox/${id}?filter=all`);
		await juma.sees("end_user", "Do not lose me");
	});

	test("logged out in one window, the other goes to the login page by itself", async () => {
		const second = await juma.page.context().newPage();
		await second.goto(site.env.CONSOLE_URL);
		await second.getByTestId("logout").click();
		await second.waitForURL(/\/auth\/login/);
		await juma.page.waitForURL(/\/auth\/login\?next=/);
		assert.deepEqual([...amina.page.faults, ...juma.page.faults], []);
	});
});
