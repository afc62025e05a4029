// sarufi-widget.test.mjs: window.SarufiWidget: a page says who its visitor is, and more
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, describe, test } from "node:test";
import { Installation, until } from "../e2e/harness.mjs";
import { AgentPage, SENT, Visitor, launch } from "./people.mjs";

/** A page that calls before the script is there. */
async function customersPage(site) {
	const server = createServer((req, res) => {
		res.writeHead(200, { "Content-Type": "text/html; charset=utf-8" });
		res.end(`<!doctype html><html lang="en"><title>A customer</title><h1>A customer</h1>
			<script>window.SarufiWidget = [["identify", "0712 345 678"],
				["setContactDetails", { "Merchant account name": "Duka la Amina", orders: 3 }]];</script>
			<script src="${site.url}/widget.js" data-widget-key="${site.env.EMBED_TOKEN}" async></script>`);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	return { server, url: `http://127.0.0.1:${server.address().port}/` };
}

describe("window.SarufiWidget", () => {
	let site, browser, page;
	before(async () => {
		[site, browser] = await Promise.all([Installation.start(), launch()]);
		page = await customersPage(site);
	});
	after(async () => {
		await browser?.close();
		page?.server.close();
		await site?.stop();
	});

	const visit = () => Visitor.visit(browser, site, undefined, page.url);

	test("what is called before the script is there counts; agents see what the page tells", async () => {
		const visitor = await visit();
		await visitor.open();
		await visitor.say("Habari, naitwa Amina");
		await visitor.chat.getByTestId("message").filter({ hasText: "naitwa Amina" }).locator(SENT).waitFor();
		const [[id]] = await until("the details", () => {
			const rows = site.sql("SELECT LOWER(HEX(c.id)) FROM conversations c JOIN contacts k " +
				"ON k.id = c.contact_id WHERE k.user_key = '+255712345678' " +
				"AND JSON_VALUE(k.attributes, '$.details.orders') = 3");
			return rows.length === 1 && rows;
		});
		const agent = await AgentPage.login(browser, site);
		await agent.filter("all");
		await agent.open(id.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-"));
		const told = agent.page.getByTestId("contact-details");
		await told.waitFor();
		assert.deepEqual(await told.locator("dt").allTextContents(), ["merchant account name", "orders"]);
		assert.deepEqual(await told.locator("dd").allTextContents(), ["Duka la Amina", "3"]);
		assert.deepEqual(visitor.page.faults, []);
		assert.deepEqual(agent.page.faults, []);
	});

	test("the same user goes on at another device, and after a reload", async () => {
		const other = await visit();
		await other.open();
		await other.sees("end_user", "naitwa Amina");
		await other.say("Na sasa kwa kompyuta");
		await other.chat.getByTestId("message").filter({ hasText: "kompyuta" }).locator(SENT).waitFor();
		await other.page.reload();
		await other.open();
		await other.sees("end_user", "Na sasa kwa kompyuta");
		assert.equal(site.sql("SELECT 1 FROM contacts WHERE user_key IS NOT NULL").length, 1);
	});

	test("somebody else who signs in on the page has a chat of their own", async () => {
		const visitor = await visit();
		await visitor.open();
		await visitor.sees("end_user", "naitwa Amina");
		await visitor.page.evaluate(() => window.SarufiWidget.identify("baraka@duka.co.tz"));
		await visitor.chat.getByTestId("message").filter({ hasText: "naitwa Amina" })
			.waitFor({ state: "detached" });
		await visitor.sees("bot", "Welcome to Maua");
		await until("the other user", () => site.sql(
			"SELECT 1 FROM contacts WHERE user_key = 'baraka@duka.co.tz'").length === 1);
		assert.deepEqual(visitor.page.faults, []);
	});
});
