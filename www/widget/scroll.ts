/* scroll.ts: keeps a thread at its end while the reader is there, and lets go
 * when the reader scrolls up */

import { useCallback, useEffect, useLayoutEffect, useRef, useState }
	from 'preact/hooks';
import type { RefObject } from 'preact';

const NEAR_PX = 40;

export interface Pinned {
	scroller: RefObject<HTMLDivElement>;
	/* Whether the end of the thread is in view. */
	atEnd: boolean;
	toEnd(smooth?: boolean): void;
}

/* Reports whether the end is in view after each scroll of the reader's, and
 * calls resized when the box or its content changed size. */
function watchBox(box: HTMLElement, scrolled: (atEnd: boolean) => void,
	resized: () => void): () => void
{
	let [height, length] = [0, 0];
	const onScroll = () => {
		/* A change of size scrolls too, but is nobody's wish; the
		 * observer, which comes after this event, deals with it. */
		if (box.clientHeight === height && box.scrollHeight === length)
			scrolled(length - box.scrollTop - height < NEAR_PX);
	};
	const watch = new ResizeObserver(() => {
		height = box.clientHeight;
		length = box.scrollHeight;
		resized();
	});

	box.addEventListener('scroll', onScroll, { passive: true });
	watch.observe(box);
	for (const child of box.children)
		watch.observe(child);
	return () => {
		box.removeEventListener('scroll', onScroll);
		watch.disconnect();
	};
}

/* Who fills in a form stays at the field, whatever grows below or above. */
function isFilling(box: HTMLElement | null): boolean
{
	return box?.querySelector('form :focus') != null;
}

/* content: anything that changes when the thread's height may. follow: what
 * comes is scrolled to; otherwise only what is there when it has begun, and what
 * toEnd asks for. */
export function usePinned(content: readonly unknown[], follow: boolean,
	begun: boolean): Pinned
{
	const scroller = useRef<HTMLDivElement>(null);
	const pinned = useRef(true);
	const [atEnd, setAtEnd] = useState(true);
	const toEnd = useCallback((smooth = false) => {
		const box = scroller.current;

		pinned.current = true;
		setAtEnd(true);
		box?.scrollTo({ top: box.scrollHeight,
			behavior: smooth ? 'smooth' : 'instant' });
	}, []);

	const first = useRef(true);
	const stay = useRef<() => void>(() => undefined);
	const scrolled = (end: boolean) => {
		pinned.current = end;
		setAtEnd(end);
	};

	stay.current = () => {
		const box = scroller.current!;

		if (!pinned.current || isFilling(box))
			return;
		if (follow || first.current)
			toEnd();
		else
			scrolled(box.scrollHeight - box.scrollTop -
				box.clientHeight < NEAR_PX);
	};
	useLayoutEffect(() => {
		stay.current();
		if (begun)
			first.current = false;
	}, content);
	useEffect(() => watchBox(scroller.current!, scrolled,
		() => stay.current()), []);
	return { scroller, atEnd, toEnd };
}
