/* Markup.tsx: a tree of markdown.ts as nodes: no HTML is ever parsed */
/* SPDX-License-Identifier: MIT */

import type { ComponentChildren, ComponentType, VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { parseMarkdown } from './markdown';
import type { Block, Inline, MarkdownOptions } from './markdown';

export interface FormulaProps {
	text: string;
	display: boolean;
}

interface MarkupProps extends MarkdownOptions {
	text: string;
	/* Draws formulas; without it there are none. */
	Formula?: ComponentType<FormulaProps> | undefined;
}

type Formula = ComponentType<FormulaProps> | undefined;

function inline(nodes: Inline[], Formula: Formula): ComponentChildren
{
	return nodes.map((node) => {
		if (typeof node === 'string')
			return node;
		switch (node.kind) {
		case 'strong':
			return <strong>{inline(node.children, Formula)}</strong>;
		case 'em':
			return <em>{inline(node.children, Formula)}</em>;
		case 'del':
			return <del>{inline(node.children, Formula)}</del>;
		case 'code':
			return <code>{node.text}</code>;
		case 'math':
			return Formula ? <Formula {...node} /> : node.text;
		case 'link':
			return <a href={node.href} title={node.href} target="_blank"
				rel="noopener noreferrer nofollow ugc">
				{inline(node.children, Formula)}
			</a>;
		}
	});
}

function table(block: Block & { kind: 'table' }, Formula: Formula): VNode
{
	return (
		<div class="md-table" tabIndex={0} role="group">
			<table>
				<thead><tr>{block.head.map((cell) =>
					<th scope="col" dir="auto">{inline(cell, Formula)}</th>)}
				</tr></thead>
				<tbody>{block.rows.map((row) => <tr>{row.map((cell) =>
					<td dir="auto">{inline(cell, Formula)}</td>)}</tr>)}
				</tbody>
			</table>
		</div>
	);
}

function list(block: Block & { kind: 'list' }, Formula: Formula): VNode
{
	const items = block.items.map((item) =>
		<li>{tight(item, Formula)}</li>);

	return block.ordered
		? <ol dir="auto" start={block.start}>{items}</ol>
		: <ul dir="auto">{items}</ul>;
}

/* A paragraph that stands alone needs no element of its own. */
function tight(blocks: Block[], Formula: Formula): ComponentChildren
{
	return blocks.map((block, i) => block.kind === 'p' && i === 0
		? inline(block.children, Formula) : draw(block, Formula));
}

function draw(block: Block, Formula: Formula): VNode
{
	switch (block.kind) {
	case 'heading':
		/* Large letters, but no heading of the page around it. */
		return <p class={`md-h md-h${Math.min(block.level, 4)}`} dir="auto">
			{inline(block.children, Formula)}</p>;
	case 'code':
		return <pre tabIndex={0} dir="ltr"><code>{block.text}</code></pre>;
	case 'math':
		return Formula ? <Formula text={block.text} display />
			: <pre>{block.text}</pre>;
	case 'rule':
		return <hr />;
	case 'quote':
		return <blockquote dir="auto">
			{block.blocks.map((b) => draw(b, Formula))}</blockquote>;
	case 'list':
		return list(block, Formula);
	case 'table':
		return table(block, Formula);
	default:
		return <p dir="auto">{inline(block.children, Formula)}</p>;
	}
}

export function Markup({ text, Formula, links }: MarkupProps)
{
	const math = Formula !== undefined;
	const blocks = useMemo(() => parseMarkdown(text, { math,
		...(links !== undefined && { links }) }), [text, math, links]);

	if (blocks.length === 1 && blocks[0]!.kind === 'p')
		return <>{inline(blocks[0]!.children, Formula)}</>;
	return <div class="md">{blocks.map((b) => draw(b, Formula))}</div>;
}
