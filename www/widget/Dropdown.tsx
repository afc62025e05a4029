/* Dropdown.tsx: the button of a list; its rows are loaded when it is opened */

import { useState } from 'preact/hooks';
import { valueOf } from '../shared/choice';
import { late } from '../shared/late';
import type { Choice, RichMedia } from '../shared/types';
import { PartFailed } from './PartFailed';
import { CheckIcon, DownIcon } from './icons';
import { useWords } from './words';

const ListSheet = late(() => import('./ListSheet'));

export function Dropdown({ media, used, onChoose }: {
	media: RichMedia; used: string | undefined;
	onChoose(choice: Choice): void;
})
{
	const { t } = useWords();
	const [open, setOpen] = useState(false);
	const sections = media.sections?.length
		? media.sections : [{ options: media.options ?? [] }];
	const chosen = sections.flatMap((s) => s.options ?? [])
		.find((choice) => valueOf(choice) === used);
	const title = media.placeholder || t('choose');

	return (
		<>
			<button type="button" class="dropdown"
				data-testid="dropdown" aria-haspopup="dialog"
				disabled={used !== undefined}
				onClick={() => setOpen(true)}>
				<span dir="auto">{chosen?.label ?? title}</span>
				{chosen
					? <CheckIcon size={16} /> : <DownIcon size={18} />}
			</button>
			{open && <ListSheet title={title} sections={sections}
				failed={(again) => <PartFailed again={again} />}
				onClose={() => setOpen(false)}
				onChoose={(choice) => {
					setOpen(false);
					onChoose(choice);
				}} />}
		</>
	);
}
