/* Formula.tsx: a formula: its source until what draws it is loaded */
/* SPDX-License-Identifier: MIT */

import type { FormulaProps } from '../shared/Markup';
import { late } from '../shared/late';

const Katex = late(() => import('./Katex'));

export function Formula(props: FormulaProps)
{
	const source = <code>{props.text}</code>;

	return <Katex {...props} waiting={source} failed={() => source} />;
}
