/* install.tsx: the lines that bring the widget to a page, to copy */
/* SPDX-License-Identifier: MIT */
import { useState } from 'preact/hooks';
import { CodeBlock, CopyField } from './copy';
import { useLoad } from './load';
import { snippets } from './snippets';
import { NotReady } from './state';
import type { TabProps } from './widget';
import { webChatWords as words } from './words';

export function InstallTab({ editing: { widget } }: TabProps)
{
	const { loaded, again } = useLoad<[{ key: string | null }]>(
		`/api/widgets/${widget.id}/key`);

	if (loaded.status !== 'ready')
		return <NotReady loaded={loaded} onRetry={again} />;
	const { key } = loaded.data[0];

	return (
		<div class="wc-narrow" data-testid="install">
			{key === null
				? <p class="note-warn">{words.noKey}</p>
				: <div class="wc-field">
					<CopyField id="widget-key" label={words.key}
						value={key} />
					<p class="hint">{words.keyHint}</p>
				</div>}
			<Snippets id={widget.id} widgetKey={key ?? 'wk_…'} />
		</div>
	);
}

function Snippets({ id, widgetKey }: { id: string; widgetKey: string })
{
	const all = snippets({ origin: location.origin, key: widgetKey, id });
	const [kind, setKind] = useState(all[0]!.kind);
	const shown = all.find((s) => s.kind === kind)!;

	return (
		<fieldset class="wc-snippets">
			<legend class="label">{words.snippetFor}</legend>
			<div class="wc-kinds">
				{all.map((s) => (
					<label key={s.kind} class="wc-kind">
						<input type="radio" name="snippet"
							class="visually-hidden" value={s.kind}
							checked={s.kind === kind}
							data-testid={`snippet-${s.kind}`}
							onChange={() => setKind(s.kind)} />
						{s.label}
					</label>))}
			</div>
			<CodeBlock file={shown.file} code={shown.code}
				testId="snippet" />
			<p class="hint">{shown.hint}</p>
		</fieldset>
	);
}
