/* Katex.tsx: formulas, drawn by KaTeX: the only user of it. What it cannot read
 * is shown as it was written. */
/* SPDX-License-Identifier: MIT */

import katex from 'katex';
import href from 'katex/dist/katex.min.css?url';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { FormulaProps } from '../shared/Markup';
import { useSheet } from '../shared/sheet';

const FORMULA_MAX = 2000;

/* Nodes before they are elements: KaTeX's own, which it does not describe. */
interface Tree {
	attributes?: Record<string, string>;
	children?: Tree[];
	toNode(): Node;
}

const renderTree = (katex as unknown as {
	__renderToDomTree(text: string, options: katex.KatexOptions): Tree;
}).__renderToDomTree;

/* A style attribute is against our policy; the same by script is not, and that
 * is how the visible half has its lengths. */
function withoutStyle(tree: Tree): Tree
{
	delete tree.attributes?.style;
	tree.children?.forEach(withoutStyle);
	return tree;
}

function nodeOf(text: string, displayMode: boolean): Node | null
{
	if (text.length > FORMULA_MAX)
		return null;
	try {
		return withoutStyle(renderTree(text, { displayMode,
			throwOnError: true, trust: false, strict: false,
			maxSize: 20, maxExpand: 500 })).toNode();
	} catch {
		return null;
	}
}

export default function Katex({ text, display }: FormulaProps)
{
	const place = useRef<HTMLSpanElement>(null);
	const ready = useSheet(href);

	useLayoutEffect(() => {
		const mark = display ? '$$' : '$';
		const node = nodeOf(text, display);

		place.current!.classList.toggle('formula-bad', node === null);
		place.current!.replaceChildren(node ?? `${mark}${text}${mark}`);
	}, [text, display]);
	return <span class={display ? 'formula formula-block' : 'formula'}
		data-testid="formula" ref={place} hidden={!ready} dir="ltr"
		{...(display && { tabIndex: 0 })} />;
}
