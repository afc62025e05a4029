// axe.mjs: what axe-core finds in a page that has loaded it
// SPDX-License-Identifier: MIT

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
