// web-chat.test.mjs: an administrator makes a widget, and it is on a page
// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { Installation, top, until } from "../e2e/harness.mjs";
import { looksRight } from "./axe.mjs";
import { AgentPage, launch, newPage } from "./people.mjs";

describe("Integrations → Web Chat", () => {
	let site, browser, page, shop, snippet, visits = 0;
	before(async () => {
		site = await Installation.start();
		browser = await launch();
		page = (await AgentPage.login(browser, site)).page;
		await page.context().addInitScript({ path: join(top, "node_modules/axe-core/axe.min.js") });
		await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
		await page.emulateMedia({ reducedMotion: "reduce" });
		await page.reload();
		await page.getByTestId("filter-unassigned").waitFor();
		// somebody else's site, with what was copied in it
		shop = createServer((_, res) => res.setHeader("Content-Type", "text/html").end(
			`<!doctype html><html lang="en"><title>Shop</title><body><h1>Shop</h1>${snippet}</body></html>`));
		await once(shop.listen(0, "127.0.0.1"), "listening");
	});
	after(async () => {
		shop?.close();
		await browser?.close();
		await site?.stop();
	});

	const $ = (id) => page.getByTestId(id);
	const preview = () => page.frameLocator("[data-testid=preview]");
	const tab = (name) => $(`tab-${name}`).click();
	const copied = () => page.evaluate(() => navigator.clipboard.readText());
	const focused = () => page.evaluate(() =>
		document.activeElement.dataset.testid ?? document.activeElement.id);
	const focusIs = (what) => until(`the focus on ${what}`, async () => await focused() === what);
	const save = async () => {
		await $("widget-save").click();
		await $("widget-save").waitFor({ state: "detached" });
	};
	/** What the API says of the widget that is open. */
	const told = () => page.evaluate(async () => (await fetch(
		`/api/widgets/${location.pathname.split("/")[4]}`)).json());
	/** A visitor on the other site, in a context of its own. */
	async function visit() {
		const visitor = await newPage(browser);
		await visitor.goto(`http://localhost:${shop.address().port}/${visits++}`);
		return visitor;
	}
	async function opened(visitor) {
		await visitor.locator("#baraza-launcher").click();
		const chat = visitor.frameLocator("#baraza-frame");
		await chat.getByTestId("composer").waitFor();
		return chat;
	}

	test("a widget is made by keyboard, and its line copied with one click", async () => {
		await $("to-widgets").click();
		assert.match(page.url(), /\/console\/integrations\/web-chat$/);
		await $("widget-row").first().waitFor();
		assert.match(await page.title(), /^Web Chat · /);
		await looksRight(page, "the list");
		await $("widget-create").focus();
		await page.keyboard.press("Enter");
		await focusIs("widget-name");
		await page.keyboard.press("Enter");
		await page.getByText("Give the widget a name.").waitFor();
		await page.keyboard.type("Shop");
		await $("widget-sites").fill("ftp://nonsense");
		await $("widget-submit").click();
		await page.getByRole("alert").getByText("not an origin").waitFor();
		await looksRight(page, "a refused form");
		await $("widget-sites").fill(`http://localhost:${shop.address().port}`);
		await $("widget-submit").click();
		await $("snippet").waitFor();
		assert.match(page.url(), /\/install$/);
		await looksRight(page, "the line to copy");
		await $("snippet-copy").click();
		await $("snippet-copy").getByText("Copied").waitFor();
		snippet = await copied();
		assert.match(snippet, /widget\.js"\s+data-widget-key="wk_/);
		assert.ok(snippet.includes(site.url));
		for (const kind of ["next", "react", "vue", "angular", "wordpress", "shopify", "element"]) {
			await $(`snippet-${kind}`).check({ force: true });
			await $("snippet-copy").click();
			await until(`the ${kind} snippet`, async () => {
				const text = await copied();
				return text === await $("snippet").textContent() && text.includes(site.url);
			});
		}
		await looksRight(page, "another snippet");
	});

	test("what was copied shows the chat on a page that may have it", async () => {
		const visitor = await visit();
		const chat = await opened(visitor);
		await chat.getByTestId("composer").fill("Hello from the shop");
		await chat.getByTestId("composer").press("Enter");
		await chat.getByText("Hello from the shop").waitFor();
		await visitor.context().close();
	});

	test("a change is seen at once in the preview, stored, and seen on the page", async () => {
		const talks = site.sql("SELECT COUNT(*) FROM conversations")[0][0];
		await tab("appearance");
		await preview().getByTestId("message").first().waitFor();
		assert.equal(await focused(), "tab-appearance");
		await looksRight(page, "the appearance");
		const brand = () => preview().locator("html").evaluate((html) =>
			html.style.getPropertyValue("--brand"));
		await $("option-color").fill("#8a2be2");
		await until("the colour in the preview", async () => await brand() === "#8a2be2");
		assert.equal((await told()).settings.color, undefined);
		// dark and small, without a change of the page around it
		await $("preview-dark").click();
		await until("a dark preview", () => preview().locator("html").evaluate((html) =>
			html.dataset.theme === "dark"));
		await $("preview-phone").click();
		await until("a phone's width", async () =>
			(await $("preview").getAttribute("style")).includes("width: 375px"));
		await looksRight(page, "a changed appearance");
		await page.keyboard.press("Control+s");
		await $("widget-save").waitFor({ state: "detached" });
		assert.equal((await told()).settings.color, "#8a2be2");
		await tab("words");
		await $("option-title").fill("Ask the shop");
		await preview().getByText("Ask the shop").first().waitFor();
		await save();
		await looksRight(page, "the words");
		const visitor = await visit();
		const chat = await opened(visitor);
		await chat.getByText("Ask the shop").first().waitFor();
		assert.equal(await chat.locator("html").evaluate((html) =>
			html.style.getPropertyValue("--brand")), "#8a2be2");
		await visitor.context().close();
		// the visitor's is the only one that was begun meanwhile
		assert.equal(site.sql("SELECT COUNT(*) FROM conversations")[0][0] - talks, 1);
	});

	test("writing in the preview is nobody's message", async () => {
		const messages = site.sql("SELECT COUNT(*) FROM messages")[0][0];
		await preview().getByTestId("composer").fill("Is anybody there?");
		await preview().getByTestId("composer").press("Enter");
		await preview().getByText("nobody reads along").waitFor();
		assert.equal(site.sql("SELECT COUNT(*) FROM messages")[0][0], messages);
	});

	test("a wrong value is told in its place, and a default comes back", async () => {
		await tab("appearance");
		await $("option-width").fill("9");
		await page.getByText("A number from 280 to 600.").waitFor();
		await $("widget-save").click();
		await page.getByRole("alert").getByText("One field needs another value.").waitFor();
		await looksRight(page, "a wrong value");
		await $("option-width").fill("420");
		await save();
		assert.equal((await told()).settings.width, 420);
		await $("reset-width").click();
		await focusIs("option-width");
		await save();
		assert.equal((await told()).settings.width, undefined);
		assert.equal(await $("option-width").getAttribute("placeholder"), "380");
	});

	test("what could not be stored is a change again, and says why", async () => {
		const url = "**/api/widgets/*";
		const wrong = (route) => route.request().method() !== "PATCH" ? route.continue()
			: route.fulfill({ status: 503, json: { error: "unavailable",
				message: "The database cannot be reached." } });
		await page.route(url, wrong);
		await $("option-font_size").fill("16");
		await $("widget-save").click();
		await page.getByRole("alert").getByText("The database cannot be reached.").waitFor();
		assert.equal(await $("option-font_size").inputValue(), "16");
		await looksRight(page, "a refused change");
		await page.unroute(url, wrong);
		await save();
		assert.equal((await told()).settings.font_size, 16);
	});

	test("what was not saved is not lost without a word", async () => {
		await $("option-font_size").fill("20");
		await tab("sites"); // the same widget keeps its changes
		await $("widgets-back").click();
		await $("leave-stay").waitFor();
		await looksRight(page, "the question");
		await $("leave-stay").click();
		await page.goBack();
		await $("leave-stay").click();
		assert.match(page.url(), /\/sites$/);
		await tab("appearance");
		assert.equal(await $("option-font_size").inputValue(), "20");
		await $("widgets-back").click();
		await $("leave-go").click();
		await $("widget-row").first().waitFor();
		await $("widget-row").filter({ hasText: "Shop" }).getByRole("link").click();
		await tab("appearance");
		assert.equal(await $("option-font_size").inputValue(), "16");
		assert.equal(await $("widget-save").count(), 0);
	});

	test("words of one's own are said in their language", async () => {
		await tab("words");
		await $("language").selectOption("ar");
		assert.equal(await $("phrase-title").getAttribute("dir"), "rtl");
		await $("phrase-title").fill("اسأل المتجر");
		await $("language-more").fill("<b>");
		await $("language-add").click();
		await page.getByText("A code of 2 to 16 letters").waitFor();
		await $("language-more").fill("it");
		await $("language-add").click();
		await $("phrase-title").fill("Chiedi al negozio");
		await save();
		assert.deepEqual((await told()).settings.translations,
			{ ar: { title: "اسأل المتجر" }, it: { title: "Chiedi al negozio" } });
		await $("language").selectOption("ar");
		await $("phrase-title").fill("");
		await save();
		assert.deepEqual((await told()).settings.translations, { it: { title: "Chiedi al negozio" } });
	});

	test("where it may stand is kept, and goes by the tabs' own keys", async () => {
		await tab("settings");
		await page.keyboard.press("ArrowRight");
		await focusIs("tab-appearance");
		await page.keyboard.press("ArrowLeft");
		await focusIs("tab-settings");
		await looksRight(page, "the settings");
		await tab("sites");
		await looksRight(page, "the sites");
		const sites = await $("set-origins").inputValue();
		await $("set-origins").fill("https://elsewhere.example\n");
		await $("option-allowed_paths").fill("/shop/*\n/help");
		await save();
		const { allowed_origins, settings } = await told();
		assert.deepEqual([allowed_origins, settings.allowed_paths],
			[["https://elsewhere.example"], ["/shop/*", "/help"]]);
		await $("set-origins").fill(sites);
		await $("reset-allowed_paths").click();
		await save();
	});

	test("the secret of identities is shown once", async () => {
		await tab("identity");
		await looksRight(page, "identity");
		await $("secret-make").click();
		await looksRight(page, "before the secret");
		await $("secret-confirm").click();
		const secret = await $("identity-secret").inputValue();
		assert.match(secret, /^ws_/);
		await looksRight(page, "the secret");
		await page.keyboard.press("Escape");
		await $("identity-secret-copy").click();
		assert.equal(await copied(), secret);
		await $("secret-done").click();
		await page.reload();
		await page.getByText("It was shown once").waitFor();
		assert.ok(!(await page.content()).includes(secret));
		await $("proof-jwt").check({ force: true });
		await $("sample-php").getByText("JWT::encode").waitFor();
		await looksRight(page, "identity with a secret");
	});

	test("a copy is made, deleted only by its name, and gone from its pages", async () => {
		const first = (await told()).id;
		await tab("danger");
		await looksRight(page, "the danger zone");
		await $("widget-clone").click();
		await looksRight(page, "the copy");
		await $("clone-name").fill("Second shop");
		await $("clone-confirm").click();
		await page.getByText("“Second shop” was made.").waitFor();
		await $("set-name").waitFor();
		assert.notEqual((await told()).id, first);
		assert.equal((await told()).settings.color, "#8a2be2");
		await tab("install");
		snippet = await $("snippet").textContent();
		const visitor = await visit();
		await opened(visitor);
		await visitor.context().close();
		await tab("danger");
		await $("widget-remove").click();
		await looksRight(page, "the last question");
		assert.ok(await $("remove-confirm").isDisabled());
		await $("remove-name").fill("Second shop");
		await $("remove-confirm").click();
		await page.getByText("“Second shop” is deleted.").waitFor();
		await until("the row to go", async () =>
			await $("widget-row").filter({ hasText: "Second shop" }).count() === 0);
		const { status } = await (await fetch(`${site.url}/chat-widget/open`, { method: "POST",
			headers: { "Content-Type": "application/json" }, body: JSON.stringify({ session_id: "x",
				embed_token: /wk_[\w-]+/.exec(snippet)[0] }) }));
		assert.equal(status, 403);
	});

	test("a new key ends the old one", async () => {
		await $("widget-row").filter({ hasText: "Shop" }).getByRole("link").click();
		await tab("install");
		const old = await $("widget-key").inputValue();
		await tab("danger");
		await $("widget-renew").click();
		await $("renew-confirm").click();
		await $("snippet").waitFor();
		assert.notEqual(await $("widget-key").inputValue(), old);
		assert.deepEqual(page.faults, []);
	});

	test("one that is not there says so, and an agent may not look", async () => {
		await page.goto(`${site.url}/console/integrations/web-chat/0198c0de-0000-7000-8000-000000000001`);
		await $("widget-missing").waitFor();
		await looksRight(page, "a missing widget");
		const juma = await AgentPage.login(browser, site, "CONSOLE2");
		assert.equal(await juma.page.getByTestId("to-widgets").count(), 0);
		await juma.page.goto(`${site.url}/console/integrations/web-chat`);
		await juma.page.getByTestId("admins-only").waitFor();
		await juma.page.context().close();
	});
});
