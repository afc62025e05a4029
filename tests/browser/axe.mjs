// axe.mjs: what axe-core finds in a page that has loaded it, in every size
// SPDX-License-Identifier: MIT

import assert from "node:assert/strict";

export const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Runs in the page: what axe-core finds, as short lines. */
export async function findings(tags) {
	const found = await window.axe.run(document, {
		iframes: false, resultTypes: ["violations"],
		runOnly: { type: "tag", values: tags },
	});
	return found.violations.map((v) =>
		`${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary}`).join(" | ")}`);
}

export const PHONE = { width: 375, height: 740 };
export const DESKTOP = { width: 1440, height: 900 };

/** Runs in the page: colours go from element to element, a frame each. */
export async function settled() {
	for (let still = 0; still < 3; still++) {
		await new Promise((done) => requestAnimationFrame(done));
		// what is folded away stands still until it is shown
		if (document.getAnimations().some((a) => a.effect.target.checkVisibility())) still = 0;
	}
}

/** Clean, and nothing sticks out, on large and small screens, by day and by night. */
export async function looksRight(page, state) {
	for (const size of [DESKTOP, PHONE]) {
		await page.setViewportSize(size);
		for (const colorScheme of ["light", "dark"]) {
			await page.emulateMedia({ colorScheme });
			await page.evaluate(settled);
			assert.deepEqual(await page.evaluate(findings, TAGS), [],
				`${state}, ${size.width} px, ${colorScheme}`);
		}
		assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll(".page, .modal")]
			.filter((box) => box.scrollWidth > box.clientWidth).map((box) => box.className)), [],
			`${state}: something is wider than ${size.width} px`);
	}
	await page.setViewportSize(DESKTOP);
	await page.emulateMedia({ colorScheme: "light" });
}
