import { useEffect, useRef } from "react";
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { sql, SQLDialect } from "@codemirror/lang-sql";
import { bracketMatching } from "@codemirror/language";
import { setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches } from "@codemirror/search";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers, placeholder, tooltips } from "@codemirror/view";
import { cspNonce } from "@/lib/csp-nonce";
import { completeSql, functionNames, keywordNames, type Schema } from "./sql-completion";
import { completeValues } from "./sql-value-completion";
import { editorLook } from "./sql-editor-look";

/** A place in the statement the server objects to. */
export interface Mark {
  from: number;
  to: number;
  message: string;
  /** What may stand there instead. */
  replacement: string | null;
}

interface Props {
  value: string;
  schema: Schema;
  mark: Mark | null;
  onChange: (text: string) => void;
  onRun: () => void;
  /** Replaces the marked place and runs. */
  onApply: (mark: Mark) => void;
}

const dialect = SQLDialect.define({
  keywords: keywordNames.join(" ").toLowerCase(),
  builtin: functionNames.join(" "),
  types: "bigint integer double varchar boolean timestamp date text",
  operatorChars: "*+-%<>!=&|^~/",
  caseInsensitiveIdentifiers: true,
});

export default function SqlEditor({ value, schema, mark, onChange, onRun, onApply }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const latest = useRef({ value, schema, onChange, onRun, onApply });
  latest.current = { value, schema, onChange, onRun, onApply };

  useEffect(() => {
    const language = sql({ dialect });
    const editor = new EditorView({
      parent: host.current!,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          EditorView.cspNonce.of(cspNonce()),
          tooltips({ parent: document.body, position: "fixed" }),
          lineNumbers(),
          EditorView.lineWrapping,
          history(),
          drawSelection(),
          bracketMatching(),
          closeBrackets(),
          highlightSelectionMatches(),
          placeholder("SELECT …"),
          language.language,
          EditorView.domEventHandlers({ beforeinput: replaceSelection }),
          autocompletion({ override: [completeSql(() => latest.current.schema), completeValues(() => latest.current.schema)], icons: false }),
          editorLook,
          keymap.of([
            { key: "Mod-Enter", run: () => (latest.current.onRun(), true) },
            ...closeBracketsKeymap,
            ...completionKeymap,
            ...defaultKeymap,
            ...historyKeymap,
          ]),
          // The tab stop says in so many words that keys reach a statement that is longer than its box.
          EditorView.contentAttributes.of({ "aria-label": "SQL query", spellcheck: "false", tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor || editor.state.doc.toString() === value) return;
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } });
  }, [value]);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const diagnostics = mark && mark.to <= editor.state.doc.length ? [diagnosticOf(mark, () => latest.current.onApply(mark))] : [];
    editor.dispatch(setDiagnostics(editor.state, diagnostics));
  }, [mark]);

  return <div ref={host} className="h-full" />;
}

/**
 * Text typed over a selection, done by the editor instead of the browser: Chromium keeps the look of what it replaces in a
 * style attribute, which the content security policy refuses.
 */
function replaceSelection(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main;
  const text = event.data;
  if (empty || text === null || event.isComposing || event.inputType !== "insertText") return false;
  const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
  event.preventDefault();
  if (!view.state.facet(EditorView.inputHandler).some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
  return true;
}

function diagnosticOf(mark: Mark, apply: () => void): Diagnostic {
  return {
    from: mark.from,
    to: mark.to,
    severity: "error",
    message: mark.message,
    actions: mark.replacement === null ? [] : [{ name: `Use ${mark.replacement}`, apply }],
  };
}
