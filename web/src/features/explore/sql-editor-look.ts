import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const colours = HighlightStyle.define([
  { tag: t.keyword, color: "var(--color-v-mitigated)", fontWeight: "600" },
  { tag: t.string, color: "var(--color-v-string)" },
  { tag: [t.number, t.bool, t.null], color: "var(--color-v-attack)" },
  { tag: [t.standard(t.name), t.function(t.variableName), t.typeName], color: "var(--color-v-auto)" },
  { tag: t.comment, color: "var(--text-color-kumo-subtle)", fontStyle: "italic" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", fontSize: "12.5px", backgroundColor: "transparent", color: "var(--text-color-kumo-default)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "20px" },
  ".cm-content": { padding: "7px 0", caretColor: "var(--text-color-kumo-default)" },
  ".cm-line": { padding: "0 10px 0 4px" },
  ".cm-gutters": { backgroundColor: "transparent", border: "none", color: "var(--text-color-kumo-subtle)", paddingLeft: "4px" },
  ".cm-cursor": { borderLeftColor: "var(--text-color-kumo-default)" },
  ".cm-placeholder": { color: "var(--text-color-kumo-subtle)" },
  ".cm-matchingBracket": { backgroundColor: "var(--color-kumo-fill)", outline: "none" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "light-dark(#bfe0f5, #24506e)",
  },
  ".cm-tooltip": {
    backgroundColor: "var(--color-kumo-base)",
    border: "1px solid var(--color-kumo-line)",
    borderRadius: "6px",
    boxShadow: "0 8px 24px rgb(0 0 0 / .14)",
    color: "var(--text-color-kumo-default)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono)", fontSize: "12px", maxHeight: "190px", minWidth: "280px", borderRadius: "6px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { display: "flex", gap: "16px", padding: "3px 10px", lineHeight: "18px" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--color-v-row)", color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
  ".cm-completionDetail": {
    marginLeft: "auto",
    fontStyle: "normal",
    fontFamily: "var(--font-sans)",
    fontSize: "11px",
    color: "var(--text-color-kumo-subtle)",
  },
  ".cm-tooltip.cm-completionInfo": { padding: "7px 10px", margin: "0 4px", width: "300px", fontFamily: "var(--font-sans)", fontSize: "12px", lineHeight: "17px" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--color-v-bad) 1px",
    textUnderlineOffset: "4px",
    backgroundColor: "var(--color-v-bad-tint)",
  },
  ".cm-diagnostic": { padding: "7px 10px", fontSize: "12px", borderLeftColor: "var(--color-v-bad)", maxWidth: "480px" },
  ".cm-diagnosticAction": {
    padding: "2px 8px",
    borderRadius: "4px",
    backgroundColor: "var(--color-kumo-brand)",
    color: "#fff",
    fontFamily: "var(--font-sans)",
  },
});

/** Colours and measures of the editor, all from the page's own tokens so that both themes follow. */
export const editorLook = [theme, syntaxHighlighting(colours)];
