/** An icon and a word. The icons are the masks the result table uses. */
export function ActionChip({ word, icon, mitigates }: { word: string; icon: string | null; mitigates: boolean }) {
  return <span className={`v-act ${icon ? `v-act-${icon}` : ""} ${mitigates ? "" : "v-calm"}`}>{word}</span>;
}
