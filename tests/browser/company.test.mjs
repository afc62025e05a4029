// company.test.mjs: an administrator at the pages about the company
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { http, Installation, top, until } from "../e2e/harness.mjs";
import { looksRight as everySizeLooksRight } from "./axe.mjs";
import { AgentPage, launch } from "./people.mjs";

describe("Company", () => {
	let site, browser, admin, page;
	before(async () => {
		site = await Installation.start();
		browser = await launch();
		admin = await AgentPage.login(browser, site);
		page = admin.page;
		await page.context().addInitScript({ path: join(top, "node_modules/axe-core/axe.min.js") });
		await page.emulateMedia({ reducedMotion: "reduce" });
		await page.reload();
		await page.getByTestId("filter-unassigned").waitFor();
	});
	after(async () => {
		await browser?.close();
		await site?.stop();
	});

	const me = (secret) => http(site, "GET", "/api/dev/v1/me",
		{ headers: { Authorization: `Bearer ${secret}` } });
	const rows = () => page.getByTestId("key-row");
	const focused = () => page.evaluate(() =>
		document.activeElement.dataset.testid ?? document.activeElement.id);
	const focusIs = (what) => until(`the focus on ${what}`, async () => await focused() === what);
	const looksRight = (state) => everySizeLooksRight(page, state);

	test("an administrator goes there and back, an agent does not", async () => {
		await page.getByTestId("to-keys").click();
		await page.getByTestId("keys-empty").waitFor();
		assert.match(page.url(), /\/console\/company\/api-keys$/);
		assert.match(await page.title(), /^API keys · /);
		await page.goBack();
		await page.getByTestId("filter-unassigned").waitFor();
		await page.goForward();
		await page.getByTestId("keys-empty").waitFor();
		await page.keyboard.press("g");
		await page.keyboard.press("i");
		await page.getByTestId("filter-unassigned").waitFor();
		const juma = await AgentPage.login(browser, site, "CONSOLE2");
		assert.equal(await juma.page.getByTestId("to-keys").count(), 0);
		await juma.page.goto(`${site.url}/console/company/api-keys`);
		await juma.page.getByTestId("admins-only").waitFor();
		await juma.page.getByRole("button", { name: "To the inbox" }).click();
		await juma.page.getByTestId("filter-unassigned").waitFor();
		await juma.page.context().close();
	});

	test("a key is made by keyboard alone, shown once, and works", async () => {
		await page.getByTestId("to-keys").click();
		await page.getByTestId("keys-empty").waitFor();
		await looksRight("no keys");
		await page.getByTestId("key-create").focus();
		await page.keyboard.press("Enter");
		await focusIs("key-name");
		// nothing is made without a name, and single keys are text here
		await page.keyboard.press("Enter");
		await page.getByText("Give the key a name.").waitFor();
		await page.keyboard.type("Order service");
		await page.keyboard.press("Tab");
		await focusIs("key-scope-read");
		await page.keyboard.press("ArrowDown");
		await focusIs("key-scope-write");
		await looksRight("the form");
		await page.keyboard.press("Enter");
		await focusIs("key-copy");
		const secret = await page.getByTestId("key-secret").inputValue();
		assert.match(secret, /^sk-[A-Za-z0-9_-]{40}$/);
		assert.equal((await me(secret)).status, 200);
		await looksRight("the secret");
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await page.keyboard.press("Enter");
		await page.getByTestId("key-copy").getByText("Copied").waitFor();
		assert.equal(await page.evaluate(() => navigator.clipboard.readText()), secret);
		// neither Escape nor a click beside it takes it away
		await page.keyboard.press("Escape");
		await page.mouse.click(5, 5);
		await page.getByTestId("key-secret").waitFor();
		await page.getByTestId("key-done").click();
		await rows().first().waitFor();
		await focusIs("keys-title");
		const row = await rows().textContent();
		assert.match(row, /Order service/);
		assert.match(row, /Read and write/);
		assert.match(row, /Amina Odhiambo/);
		assert.ok(!(await page.content()).includes(secret));
		await page.reload();
		await rows().first().waitFor();
		assert.ok(!(await page.content()).includes(secret));
		await looksRight("one key");
	});

	test("a key is revoked after a question, and lets nobody in then", async () => {
		await page.getByTestId("key-create").click();
		await page.getByTestId("key-name").fill("Lost laptop");
		await page.getByTestId("key-days").selectOption("30");
		await page.getByTestId("key-submit").click();
		const secret = await page.getByTestId("key-secret").inputValue();
		await page.getByTestId("key-done").click();
		await focusIs("key-create");
		const row = rows().filter({ hasText: "Lost laptop" });
		assert.doesNotMatch(await row.textContent(), /write/);
		await row.getByTestId("key-revoke").click();
		await page.getByText("Revoke “Lost laptop”?").waitFor();
		await looksRight("the question");
		await page.keyboard.press("Escape");
		await page.getByTestId("key-revoke-confirm").waitFor({ state: "detached" });
		await focusIs("key-revoke");
		assert.equal((await me(secret)).status, 200);
		await row.getByTestId("key-revoke").click();
		await page.getByTestId("key-revoke-confirm").click();
		await page.getByText("“Lost laptop” is revoked.").waitFor();
		assert.equal((await me(secret)).status, 401);
		await focusIs("keys-title");
		assert.equal(await rows().filter({ visible: true }).count(), 1);
		await page.getByTestId("keys-ended").click();
		assert.match(await rows().filter({ hasText: "Lost laptop" }).textContent(), /Revoked/);
		await looksRight("a revoked key");
	});

	test("what fails is said where it was tried, and can be tried again", async () => {
		const url = "**/api/keys**";
		const wrong = (route) => route.fulfill({ status: 503, json: {
			error: "unavailable", message: "The database cannot be reached." } });
		await page.route(url, wrong);
		await page.getByTestId("key-create").click();
		await page.getByTestId("key-name").fill("Later");
		await page.getByTestId("key-submit").click();
		await page.getByRole("alert").getByText("The database cannot be reached.").waitFor();
		await looksRight("a refused form");
		await page.getByRole("button", { name: "Cancel" }).click();
		await page.getByTestId("key-revoke").first().click();
		await page.getByTestId("key-revoke-confirm").click();
		await page.getByRole("alert").getByText("The database cannot be reached.").waitFor();
		await page.getByRole("button", { name: "Cancel" }).click();
		assert.equal(await rows().filter({ visible: true }).count(), 2);
		await page.reload();
		await page.getByTestId("keys-failed").getByText("The database cannot be reached.").waitFor();
		await looksRight("no answer");
		await page.unroute(url, wrong);
		await page.getByRole("button", { name: "Try again" }).click();
		await rows().first().waitFor();
		assert.deepEqual(page.faults, []);
	});

	test("a name of one long word and many keys find their place", async () => {
		site.ctl(["key", "add", "--workspace", site.env.WORKSPACE_ID, "--name", "w".repeat(100)]);
		for (let i = 0; i < 30; i++)
			site.ctl(["key", "add", "--workspace", site.env.WORKSPACE_ID, "--name", `Key ${i}`]);
		await page.goto(`${site.url}/console/company/api-keys`);
		await rows().nth(30).waitFor();
		await looksRight("many keys");
		await rows().filter({ hasText: "Key 7" }).getByTestId("key-revoke").click();
		await page.getByTestId("key-revoke-confirm").waitFor();
	});
});
