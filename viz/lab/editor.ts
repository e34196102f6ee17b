import { autocompletion, type CompletionContext, completionKeymap } from '@codemirror/autocomplete';
import { yaml } from '@codemirror/lang-yaml';
import { lintGutter, setDiagnostics } from '@codemirror/lint';
import { EditorState } from '@codemirror/state';
import { EditorView, keymap, lineNumbers } from '@codemirror/view';
import { minimalSetup } from 'codemirror';
import type { Problem } from '../../sim/scenario/problem';
import { type Schema, suggest } from './completion';

/** The text of a scenario: completes what the schema knows, shows mistakes where they are. */
export class ScenarioEditor {
  private readonly view: EditorView;

  constructor(parent: HTMLElement, schema: Schema, onChange: (text: string) => void) {
    const complete = (context: CompletionContext) => {
      const { from, suggestions } = suggest(context.state.doc.toString(), context.pos, schema);
      if (suggestions.length === 0 || (from === context.pos && !context.explicit)) return null;
      return {
        from,
        options: suggestions.map(({ label, detail, kind }) => ({
          label,
          info: detail,
          type: kind === 'name' ? 'property' : 'constant',
          apply: kind === 'name' ? `${label}: ` : label,
        })),
      };
    };
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        extensions: [
          minimalSetup,
          lineNumbers(),
          keymap.of(completionKeymap),
          yaml(),
          lintGutter(),
          autocompletion({ override: [complete] }),
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': 'Scenario, YAML' }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) onChange(this.text);
          }),
        ],
      }),
    });
    // it scrolls, so that keys must reach it
    this.view.scrollDOM.tabIndex = 0;
  }

  get text(): string {
    return this.view.state.doc.toString();
  }

  set text(text: string) {
    if (text === this.text) return;
    this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } });
  }

  /** Marks mistakes; those without a place are left to others to show. */
  show(problems: readonly Problem[]): void {
    const { doc } = this.view.state;
    const diagnostics = problems.flatMap(({ position, path, message }) => {
      if (position === undefined || position.line > doc.lines) return [];
      const line = doc.line(position.line);
      const from = Math.min(line.from + position.column - 1, line.to);
      const text = path === '' ? message : `${path}: ${message}`;
      return [{ from, to: Math.max(from, line.to), severity: 'error' as const, message: text }];
    });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  /** Goes to a line, counted from 1. */
  goTo(line: number): void {
    const { doc } = this.view.state;
    const { from } = doc.line(Math.min(line, doc.lines));
    this.view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
    this.view.focus();
  }
}
