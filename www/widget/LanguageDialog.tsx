/* LanguageDialog.tsx: the languages, each by its own name */

import { useStore } from '../shared/hooks';
import { CheckIcon } from './icons';
import { Modal } from './Modal';
import { useWidget } from './here';
import type { OverlayProps } from './overlay';
import { useWords } from './words';

export default function LanguageDialog({ onClose }: OverlayProps)
{
	const { t } = useWords();
	const { languages } = useWidget();
	const { locale } = useStore(languages);

	return (
		<Modal title={t('menu_language')} testid="language-dialog"
			onClose={onClose}>
			<div class="sheet-list">
				{languages.offered.map(({ tag, name }) => (
					<button type="button" class="sheet-option"
						key={tag} lang={tag} data-testid={`lang-${tag}`}
						aria-pressed={tag === locale}
						onClick={() => {
							languages.choose(tag);
							onClose();
						}}>
						<span><bdi>{name}</bdi></span>
						{tag === locale && <CheckIcon size={18} />}
					</button>
				))}
			</div>
		</Modal>
	);
}
