/* modal.tsx: a dialog by the browser's own means: it traps the focus, closes
 * on Escape and gives the focus back */
/* SPDX-License-Identifier: MIT */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icons';
import { words } from './words';

export interface ModalProps {
	title: string;
	hint?: string;
	/* only its own buttons close it: what it shows would be lost */
	keep?: boolean;
	onClose(): void;
	children: ComponentChildren;
}

export function Modal({ title, hint, keep, onClose, children }: ModalProps)
{
	const box = useRef<HTMLDialogElement>(null);
	const there = useRef(true);

	useLayoutEffect(() => {
		const el = box.current!;

		el.showModal();
		return () => {
			there.current = false;
			el.close();
		};
	}, []);
	/* Browsers let nobody hold a dialog open against a second Escape. */
	const onClosed = () => {
		if (!there.current)
			return;
		onClose();
		requestAnimationFrame(() => there.current &&
			!box.current!.open && box.current!.showModal());
	};

	return (
		<dialog class="modal" ref={box} aria-labelledby="modal-title"
			onCancel={(event) => {
				event.preventDefault();
				if (!keep)
					onClose();
			}}
			onClose={onClosed}
			onMouseDown={(event) => {
				if (event.target === box.current && !keep)
					onClose();
			}}>
			<div class="modal-inner">
				<header class="modal-head">
					<h2 id="modal-title" class="title">{title}</h2>
					<button type="button" class="icon-button"
						aria-label={words.close} onClick={onClose}>
						<Icon name="close" />
					</button>
				</header>
				{hint && <p class="hint">{hint}</p>}
				{children}
			</div>
		</dialog>
	);
}
