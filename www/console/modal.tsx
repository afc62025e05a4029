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
	onClose(): void;
	children: ComponentChildren;
}

export function Modal({ title, hint, onClose, children }: ModalProps)
{
	const box = useRef<HTMLDialogElement>(null);

	useLayoutEffect(() => {
		const el = box.current!;

		el.showModal();
		return () => el.close();
	}, []);
	return (
		<dialog class="modal" ref={box} aria-labelledby="modal-title"
			onCancel={(event) => {
				event.preventDefault();
				onClose();
			}}
			onMouseDown={(event) => {
				if (event.target === box.current)
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
