/* PartFailed.tsx: in the place of a part of a message that cannot be loaded */

import { useWords } from './words';

export function PartFailed({ again }: { again(): void })
{
	const { t } = useWords();

	return (
		<div class="part-failed" role="alert">
			<span>{t('error_part')}</span>{' '}
			<button type="button" class="link" onClick={again}>
				{t('error_retry')}
			</button>
		</div>
	);
}
