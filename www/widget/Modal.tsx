/* Modal.tsx: a dialog over the panel, from its lower edge: the browser keeps
 * the focus inside and gives it back */

import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { CloseIcon } from './icons';
import { useWords } from './words';

export interface ModalProps {
	title: string;
	testid?: string;
	onClose(): void;
	children: ComponentChildren;
}

export function Modal({ title, testid, onClose, children }: ModalProps)
{
	const { t } = useWords();
	const dialog = useRef<HTMLDialogElement>(null);

	useEffect(() => dialog.current?.showModal(), []);
	return (
		<dialog class="sheet" ref={dialog} aria-label={title}
			data-testid={testid} onClose={onClose}
			onKeyDown={(event) => {
				/* This Esc closes the sheet, not the panel. */
				if (event.key === 'Escape')
					event.stopPropagation();
			}}
			onClick={(event) => {
				if (event.target === event.currentTarget)
					event.currentTarget.close();
			}}>
			<div class="sheet-box">
				<div class="sheet-head">
					<h2 dir="auto">{title}</h2>
					<button type="button" class="icon-button"
						aria-label={t('close_list')}
						onClick={() => dialog.current?.close()}>
						<CloseIcon size={18} />
					</button>
				</div>
				{children}
			</div>
		</dialog>
	);
}
