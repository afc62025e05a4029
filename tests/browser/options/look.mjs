// look.mjs: the options that change words and looks
// SPDX-License-Identifier: MIT
import { assert, until } from "../stage.mjs";

const HOSTILE = "<img src=x onerror=alert(1)>";

/** The ratio of WCAG of two computed colours. */
function contrast(...colours) {
	const [a, b] = colours.map((text) => {
		const [r, g, b] = text.match(/[\d.]+/g).map(Number).map((c) => c / 255)
			.map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
		return 0.2126 * r + 0.7152 * g + 0.0722 * b;
	});
	return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** What is written on a thing can be read. */
async function readable(visitor, selector, least = 4.5) {
	const [fill, text] = [await visitor.css(selector, "background-color"),
		await visitor.css(selector, "color")];
	assert.ok(contrast(fill, text) >= least, `${selector}: ${text} on ${fill}`);
	return fill;
}

export default {
	async title(stage) {
		await stage.both("title", "", `Maua ${HOSTILE}`, async (visitor, on) => {
			const heading = await visitor.page.locator("#title").textContent();
			assert.equal(heading === `Maua ${HOSTILE}`, on);
			assert.equal(await visitor.page.title(), heading);
		});
	},

	async bot_name(stage) {
		await stage.both("bot_name", "", "Zuri", async (visitor, on) => {
			await visitor.sees("bot", "Welcome");
			const author = await visitor.page.locator(".author").first().textContent();
			assert.equal(author === "Zuri", on);
		});
	},

	async greeting(stage) {
		for (const greeting of ["", `Karibu!\n${HOSTILE}`]) {
			const visitor = await stage.visit({ greeting, start_first: false });
			const shown = await visitor.page.getByTestId("greeting").textContent();
			assert.equal(shown, greeting || "Hello!Write to us and we will answer here.");
			await visitor.clean("greeting");
			await visitor.say("hello");
			await visitor.page.getByTestId("greeting").waitFor({ state: "detached" });
		}
	},

	async intro(stage) {
		await stage.both("intro", "", `First line\n\n${HOSTILE} https://shop.example/`,
			async (visitor, on) => {
				const lines = visitor.page.getByTestId("intro").locator(".bubble");
				assert.equal(await lines.count(), on ? 2 : 0);
				if (on) {
					assert.equal(await lines.locator("img").count(), 0);
					await visitor.clean("intro");
				}
			});
		const [[said]] = stage.site.sql("SELECT COUNT(*) FROM messages WHERE content LIKE 'First line%'");
		assert.equal(said, "0"); // no part of the conversation
	},

	async initial(stage) {
		for (const initial of ["", `One\n\n  Two ${HOSTILE}`]) {
			const visitor = await stage.visit({ initial, start_first: false });
			const bubbles = visitor.page.locator("[data-testid=message][data-sender=bot]");
			if (initial) {
				await visitor.sees("bot", "Two");
				assert.deepEqual(await bubbles.getByTestId("text").allTextContents(),
					["One", `Two ${HOSTILE}`]);
				// once, whoever comes back
				await visitor.page.reload();
				await visitor.sees("bot", "Two");
			}
			assert.equal(await bubbles.count(), initial ? 2 : 0);
		}
	},

	async starters(stage) {
		await stage.both("starters", [], ["Opening hours", HOSTILE], async (visitor, on) => {
			await visitor.sees("bot", "Welcome");
			const buttons = visitor.page.getByTestId("starter");
			assert.equal(await buttons.count(), on ? 2 : 0);
			if (!on) return;
			await visitor.clean("starters");
			await buttons.nth(1).click();
			await visitor.sees("end_user", HOSTILE);
			assert.equal(await buttons.count(), 0);
			await visitor.page.reload();
			await visitor.sees("end_user", HOSTILE);
			assert.equal(await buttons.count(), 0);
		});
	},

	async placeholder(stage) {
		await stage.both("placeholder", "", "Ask about flowers", async (visitor, on) => {
			const hint = await visitor.page.getByTestId("composer").getAttribute("placeholder");
			assert.equal(hint, on ? "Ask about flowers" : "Write a message…");
		});
	},

	async color(stage) {
		const seen = new Set();
		for (const color of ["#0066ff", "#ffff00", "#ffffff", "#000000", "#777777", "#25d366"])
			for (const colorScheme of ["light", "dark"]) {
				const visitor = await stage.visit({ color }, { colorScheme });
				await visitor.say("hello");
				await visitor.sees("end_user", "hello");
				await visitor.clean(`${color} ${colorScheme}`);
				await readable(visitor, ".own .bubble");
				await readable(visitor, ".other .bubble");
				seen.add(await readable(visitor, ".header"));
				await visitor.page.context().close();
			}
		assert.ok(seen.size >= 6, "the colours look alike");
	},

	async secondary_color(stage) {
		await stage.both("secondary_color", "#f0f4ff", "#ffd9ec", async (visitor, on) => {
			await visitor.sees("bot", "Welcome");
			assert.equal(await readable(visitor, ".other .bubble"),
				on ? "rgb(255, 217, 236)" : "rgb(240, 244, 255)");
		});
		const visitor = await stage.visit({ secondary_color: "#7f7f7f" });
		await visitor.sees("bot", "Welcome");
		await readable(visitor, ".other .bubble");
	},

	async background_color(stage) {
		for (const [color, wanted] of [[null, "rgb(255, 255, 255)"], ["#fff7e6", "rgb(255, 247, 230)"],
			["#101820", "rgb(16, 24, 32)"]]) {
			const visitor = await stage.visit(color ? { background_color: color } : {});
			await visitor.sees("bot", "Welcome");
			assert.equal(await readable(visitor, ".panel", 7), wanted);
			await visitor.clean(color);
		}
	},

	async theme(stage) {
		const panel = async (theme, options) => {
			const visitor = await stage.visit({ theme }, options);
			await visitor.sees("bot", "Welcome");
			await visitor.clean(JSON.stringify(theme));
			return visitor;
		};
		const ground = (visitor) => visitor.css(".panel", "background-color");
		const [day, night] = ["rgb(255, 255, 255)", "rgb(16, 21, 30)"];
		for (const name of ["", "blank", "default", "auto", "modern", "stack"])
			for (const [colorScheme, wanted] of [["light", day], ["dark", night]])
				assert.equal(await ground(await panel(name, { colorScheme })), wanted);
		assert.equal(await ground(await panel("light", { colorScheme: "dark" })), day);
		assert.equal(await ground(await panel("dark", { colorScheme: "light" })), night);
		assert.equal(await (await panel("stack")).page.locator("html").getAttribute("data-message-style"), "stack");
		for (const theme of ["default/barPrimary=#003366/messageRounding=4px",
			{ name: "default", config: { barPrimary: "#003366", messageRounding: 4 } },
			{ barPrimary: "#003366", messageRounding: "4px" }]) {
			const visitor = await panel(theme);
			assert.equal(await readable(visitor, ".header"), "rgb(0, 51, 102)");
			assert.equal(await visitor.css(".own .bubble, .other .bubble", "border-start-end-radius"), "4px");
		}
		// what is no colour, no size or no key is passed over
		const visitor = await panel("default/barPrimary=red;}body{display:none/fontSize=900px" +
			"/messageRounding=expression(1)/__proto__=x/barText=#003366/constructor=1");
		assert.equal(await visitor.css(".header", "background-color"), "rgb(0, 102, 255)");
		await readable(visitor, ".header");
		assert.equal(await visitor.css("body", "font-size"), "13.5px");
		assert.deepEqual(visitor.page.faults, []);
	},

	async layout(stage) {
		for (const layout of ["", "popover", "popout", "bubble", "inline", "fullscreen"]) {
			const visitor = await stage.visit({ layout }, { viewport: { width: 1280, height: 800 } });
			await visitor.sees("bot", "Welcome");
			assert.equal(await visitor.page.locator("html").getAttribute("data-layout"), layout || "default");
			const box = await visitor.page.locator(".content").boundingBox();
			assert.ok(box.width <= 760, "lines are too long");
			await visitor.clean(layout);
		}
		for (const [layout, wanted] of [["popover", 1], ["inline", 0]]) {
			const visitor = await stage.shop({ layout });
			await until(`the way to close ${layout}`, async () =>
				await visitor.chat.getByTestId("close").count() === wanted);
		}
	},

	async font_size(stage) {
		await stage.both("font_size", 13.5, 24, async (visitor, on) => {
			await visitor.sees("bot", "Welcome");
			assert.equal(await visitor.css(".bubble", "font-size"), on ? "24px" : "13.5px");
			assert.equal(await visitor.page.evaluate(() =>
				document.scrollingElement.scrollWidth <= innerWidth), true);
			await visitor.clean("font size");
		});
	},

	async bot_avatar_icon(stage) {
		await stage.both("bot_avatar_icon", "", "heart", async (visitor, on) => {
			await visitor.sees("bot", "Welcome");
			assert.equal(await visitor.page.locator("[data-icon=heart]").count() >= 2, on);
		});
	},

	async powered_by(stage) {
		await stage.both("powered_by", false, true, async (visitor, on) => {
			await until("the settings", async () =>
				await visitor.page.getByTestId("powered-by").count() === (on ? 1 : 0));
		});
	},

	async language(stage) {
		const hints = { "": "Write a message…", sw: "Andika ujumbe…", fr: "Écrivez un message…",
			de: "Nachricht schreiben…", es: "Escriba un mensaje…", ar: "اكتب رسالة…",
			pt: "Escreva uma mensagem…" };
		for (const [language, hint] of Object.entries(hints)) {
			const visitor = await stage.visit({ language });
			await visitor.page.getByPlaceholder(hint).waitFor();
			const html = visitor.page.locator("html");
			assert.equal(await html.getAttribute("lang"), language || "en");
			assert.equal(await html.getAttribute("dir"), language === "ar" ? "rtl" : "ltr");
			await visitor.clean(language);
			assert.equal((await visitor.rows()).includes("language"), language === "");
		}
		// the visitor's choice comes first, and is kept
		const visitor = await stage.visit({ language: "en,fr,ar" });
		await visitor.menu("language");
		await visitor.clean("the languages");
		assert.deepEqual(await visitor.page.getByTestId("language-dialog").locator(".sheet-option bdi")
			.allTextContents(), ["English", "Français", "العربية"]);
		await visitor.page.getByTestId("lang-ar").click();
		await visitor.page.getByPlaceholder(hints.ar).waitFor();
		await visitor.page.reload();
		await visitor.page.getByPlaceholder(hints.ar).waitFor();
		assert.equal(await visitor.page.locator("html").getAttribute("dir"), "rtl");
	},

	async translations(stage) {
		const translations = { fr: { title: `Fleurs ${HOSTILE}`, restart: "Encore une fois",
			placeholder: "Parlez-nous", "../../x": "no", intro: "Bonjour" } };
		for (const [settings, words] of [[{}, ["Recommencer", "Écrivez un message…"]],
			[{ translations }, ["Encore une fois", "Parlez-nous"]]]) {
			const visitor = await stage.visit({ ...settings, language: "fr" });
			await visitor.page.getByPlaceholder(words[1]).waitFor();
			await visitor.sees("bot", "Welcome");
			await visitor.page.getByTestId("menu").click();
			assert.equal(await visitor.page.getByTestId("menu-restart").textContent(), words[0]);
			assert.equal(await visitor.page.title() === `Fleurs ${HOSTILE}`, "translations" in settings);
			assert.equal(await visitor.page.getByTestId("intro").count(), "translations" in settings ? 1 : 0);
		}
	},
};
