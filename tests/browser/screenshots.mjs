// screenshots.mjs: the pages as people see them, into build/screenshots
//
//   make screenshots            every size, light and dark
//   make screenshots PICTURE=1  also writes docs/picture.png
// SPDX-License-Identifier: MIT
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Installation, top, until } from "../e2e/harness.mjs";
import { AgentPage, Visitor, conversationId, launch } from "./people.mjs";

const out = join(top, "build/screenshots");
mkdirSync(out, { recursive: true });

const SIZES = [
	["desktop", { width: 1440, height: 900 }],
	["laptop", { width: 1024, height: 768 }],
	["tablet", { width: 768, height: 1024 }],
	["phone", { width: 375, height: 740 }],
];

async function everySize(page, name) {
	for (const scheme of ["light", "dark"]) {
		await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
		for (const [size, viewport] of SIZES) {
			await page.setViewportSize(viewport);
			await page.waitForTimeout(300); // let the layout settle
			await page.screenshot({ path: join(out, `${name}-${size}-${scheme}.png`) });
		}
	}
	await page.emulateMedia({ colorScheme: "light" });
	await page.setViewportSize(SIZES[0][1]);
}

/** The two pages side by side, for the README. */
async function picture(browser) {
	const page = await browser.newPage({ viewport: { width: 1480, height: 640 } });
	const src = (name) => `data:image/png;base64,${readFileSync(join(out, name)).toString("base64")}`;
	await page.setContent(`<body style="margin:0;display:flex;gap:20px;padding:20px;background:#e8ebf0">
		<img style="width:500px;height:600px;object-fit:cover;object-position:right bottom;border-radius:10px" src="${src("picture-shop.png")}">
		<img style="width:920px;height:600px;object-fit:cover;object-position:left top;border-radius:10px" src="${src("picture-console.png")}"></body>`);
	await page.screenshot({ path: join(top, "docs/picture.png") });
}

const [site, browser] = await Promise.all([
	Installation.start({ bin: join(top, "build") }), launch()]);
try {
	const login = await browser.newPage();
	await login.goto(site.env.CONSOLE_URL);
	await everySize(login, "login");
	await login.close();
	const agent = await AgentPage.login(browser, site);
	await everySize(agent.page, "console-empty");
	const visitor = await Visitor.visit(browser, site);
	await everySize(visitor.page, "shop-closed");
	await visitor.open();
	await everySize(visitor.page, "widget-greeting");
	await visitor.press("Opening hours");
	await visitor.sees("end_user", "Opening hours");
	await until("an answer", async () => (await visitor.count("bot")) >= 2);
	await visitor.say("Can I talk to a person, please?");
	const id = await until("the conversation", () => {
		try {
			return conversationId(site);
		} catch {
			return null;
		}
	});
	await agent.row(id).waitFor();
	await everySize(agent.page, "console-unassigned");
	await agent.open(id);
	await agent.claim();
	await agent.say("Hello, this is Amina. Of course! What can I do for you?");
	await visitor.sees("agent", "this is Amina");
	await visitor.say("Do you deliver to Kinondoni on Sunday morning? It is for my mother's birthday.");
	await agent.sees("end_user", "Kinondoni");
	await agent.page.getByTestId("composer").pressSequentially("Yes, ", { delay: 20 });
	await everySize(visitor.page, "widget-agent");
	await everySize(agent.page, "console-thread");
	await agent.page.context().route("**/socket.io/**", (route) => route.abort());
	await agent.page.reload();
	await agent.page.getByTestId("link-note").getByText("Not live").waitFor();
	await everySize(agent.page, "console-polling");
	await agent.page.context().unroute("**/socket.io/**");
	await agent.page.getByTestId("link-note").getByText("Not live").waitFor({ state: "detached" });
	if (process.env.PICTURE) {
		await visitor.page.setViewportSize({ width: 640, height: 768 });
		await visitor.page.screenshot({ path: join(out, "picture-shop.png") });
		await agent.page.setViewportSize({ width: 1240, height: 808 });
		await agent.page.screenshot({ path: join(out, "picture-console.png") });
		await picture(browser);
	}
} finally {
	await browser.close();
	await site.stop();
}
console.log(`the screenshots are in ${out}`);
