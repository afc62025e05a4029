/* window.tsx: a list of which only the rows in view exist. All rows have one
 * height. What stands in view stays in view when rows come, go or move. */
/* SPDX-License-Identifier: MIT */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/* Rows beyond each edge, so that fast scrolling shows no holes. */
const SPARE = 6;

export interface WindowProps {
	ids: readonly string[];
	rowHeight: number;
	label: string;
	/* The row that the keyboard stands on; brought into view and focused
	 * whenever `moves` changes. */
	chosen: string | null;
	moves: number;
	/* The end is near; may be called often. */
	onEnd(): void;
	row(id: string): ComponentChildren;
}

export interface Range {
	from: number;
	to: number;
}

export function visibleRange(
	top: number, height: number, rowHeight: number, count: number,
): Range
{
	const from = Math.max(0, Math.floor(top / rowHeight) - SPARE);
	const to = Math.min(count,
		Math.ceil((top + height) / rowHeight) + SPARE);

	return { from: Math.min(from, to), to };
}

/* How many rows the content in view has moved by: the median, so that a row
 * which jumped to the top does not take the reader along. */
export function shiftOf(
	before: readonly string[], after: readonly string[], view: Range,
): number
{
	const place = new Map(after.map((id, i) => [id, i]));
	const moves: number[] = [];

	for (let i = view.from; i < view.to && i < before.length; i++) {
		const now = place.get(before[i]!);
		if (now !== undefined)
			moves.push(now - i);
	}
	moves.sort((a, b) => a - b);
	return moves[Math.floor(moves.length / 2)] ?? 0;
}

function focusedId(box: HTMLElement | null): string | null
{
	const now = document.activeElement;

	return box !== null && now instanceof HTMLElement && box.contains(now)
		? now.dataset.id ?? null : null;
}

function rowElement(box: HTMLElement, id: string): HTMLElement | null
{
	return box.querySelector(`[data-id="${CSS.escape(id)}"]`);
}

/* Height and scroll offset of the box, as state. */
function useViewport()
{
	const box = useRef<HTMLDivElement>(null);
	const [view, setView] = useState({ top: 0, height: 800 });
	const measure = () => {
		const now = box.current!;
		setView((old) => old.top === now.scrollTop &&
			old.height === now.clientHeight ? old
			: { top: now.scrollTop, height: now.clientHeight });
	};

	useLayoutEffect(() => {
		const watch = new ResizeObserver(measure);

		watch.observe(box.current!);
		return () => watch.disconnect();
	}, []);
	return { box, view, measure };
}

type Box = { current: HTMLDivElement | null };

/* After every render: the view stays on its rows and the focus on its own. */
function useSteady(box: Box, props: WindowProps, range: Range): void
{
	const { ids, rowHeight } = props;
	const before = useRef(ids);
	const focused = focusedId(box.current);

	useLayoutEffect(() => {
		const el = box.current!;
		const shift = before.current === ids || el.scrollTop === 0 ? 0
			: shiftOf(before.current, ids, visibleRange(el.scrollTop,
				el.clientHeight, rowHeight, before.current.length));

		before.current = ids;
		if (shift !== 0)
			el.scrollTop += shift * rowHeight;
		/* An element that moved in the document has lost the focus. */
		if (focused !== null && focusedId(el) === null)
			rowElement(el, focused)?.focus({ preventScroll: true });
		if (range.to >= ids.length)
			props.onEnd();
	});
}

/* Whenever the keyboard moved: its row comes into view and has the focus. */
function useChosen(box: Box, props: WindowProps, measure: () => void): void
{
	const { ids, rowHeight, chosen, moves } = props;
	const seen = useRef(moves);

	useLayoutEffect(() => {
		const at = chosen === null ? -1 : ids.indexOf(chosen);
		const el = box.current!;

		if (moves === seen.current || at < 0)
			return;
		seen.current = moves;
		const top = at * rowHeight;
		if (top < el.scrollTop)
			el.scrollTop = top;
		else if (top + rowHeight > el.scrollTop + el.clientHeight)
			el.scrollTop = top + rowHeight - el.clientHeight;
		measure();
		requestAnimationFrame(() =>
			rowElement(el, chosen!)?.focus({ preventScroll: true }));
	}, [moves]);
}

export function WindowedList(props: WindowProps)
{
	const { ids, rowHeight, label } = props;
	const { box, view, measure } = useViewport();
	const range = visibleRange(view.top, view.height, rowHeight, ids.length);

	useSteady(box, props, range);
	useChosen(box, props, measure);
	return (
		<div class="list-scroll" ref={box} onScroll={measure}>
			<ul class="rows" role="list" aria-label={label}
				style={{ height: `${ids.length * rowHeight}px` }}>
				{ids.slice(range.from, range.to).map((id, i) => (
					<li key={id} class="row-place"
						aria-setsize={ids.length}
						aria-posinset={range.from + i + 1}
						style={{ transform: `translateY(${
							(range.from + i) * rowHeight}px)` }}>
						{props.row(id)}
					</li>))}
			</ul>
		</div>
	);
}
