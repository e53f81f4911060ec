import { useEffect, useMemo, useState } from "react";
import { useQueries, useQuery } from "@tanstack/react-query";
import { answerQuery } from "@/api/answer";
import { datasetQuery } from "@/api/datasets";
import { isOverlayOpen, isTyping } from "@/lib/keyboard";
import { recordAt } from "@/lib/result-set";
import { useSettled } from "@/lib/use-settled";
import { useOpenedRecords, type OpenedRecord } from "./opened-records";
import { linkOf, type Place } from "./place";
import { RecordDrawer, type DrawerProps, type ExtraTab } from "./record-drawer";
import { relatedOf } from "./related";
import { countWords, RelatedTab } from "./related-tab";
import { Surrounding } from "./surrounding";
import { isStopped } from "./why-blocked";
import { WhyBlocked } from "./why-blocked-box";

interface Props extends Omit<DrawerProps, "extraTabs" | "head" | "back"> {
  place: Place;
}

const walkMs = 250;

/** The open record of the table, or one that was opened from it. */
export function OpenRecord({ place, ...drawer }: Props) {
  const { records, open, back, move } = useOpenedRecords(`${drawer.row} ${drawer.dataset?.name ?? ""}`);
  const shown = records.at(-1);
  const [tab, setTab] = useState("fields");
  const openFields = (opened: OpenedRecord) => {
    setTab("fields");
    open(opened);
  };
  const detail = useQuery({ ...datasetQuery(shown?.dataset ?? "", place.account), enabled: shown !== undefined });
  useEffect(() => {
    if (!shown) return;
    const key = (e: KeyboardEvent) => {
      if (e.ctrlKey || e.metaKey || e.altKey || isTyping(e.target) || isOverlayOpen()) return;
      if (e.key === "Backspace") back();
      else if (e.key === "j" || e.key === "k") move(e.key === "j" ? 1 : -1);
      else return;
      e.preventDefault();
      e.stopPropagation();
    };
    // Before the table and the page, whose rows these keys walk else.
    document.addEventListener("keydown", key, true);
    return () => document.removeEventListener("keydown", key, true);
  }, [shown, back, move]);

  if (!shown) return <RecordPane {...drawer} place={place} onOpen={openFields} />;
  const isSameDataset = shown.dataset === drawer.dataset?.name;
  return (
    <RecordPane
      {...drawer}
      key={records.length}
      place={place} set={shown.set} row={shown.row} dataset={detail.data} isFirst={shown.row === 0} isLast={shown.row === shown.set.count - 1}
      link={linkOf(recordAt(shown.set, shown.row), detail.data, place) ?? drawer.link}
      onMove={move} back={back} tab={tab} onTab={setTab} onOpen={openFields}
      onFilter={isSameDataset ? drawer.onFilter : null}
      why={isSameDataset ? drawer.why : "These are fields of another dataset: open its records in Log search to filter by them"}
    />
  );
}

interface PaneProps extends Props {
  back?: () => void;
  onOpen: (opened: OpenedRecord) => void;
}

/** A record with what is stored around it. What belongs to it is asked for once it is shown for a moment. */
function RecordPane({ place, onOpen, ...drawer }: PaneProps) {
  const { set, row, dataset, onTab } = drawer;
  const record = useMemo(() => recordAt(set, row), [set, row]);
  const related = useMemo(() => (dataset ? relatedOf(record, dataset, place) : []), [record, dataset, place]);
  const isSettled = useSettled(JSON.stringify(related.map((each) => each.request)), walkMs);
  const answers = useQueries({ queries: related.map((each) => ({ ...answerQuery(each.request), enabled: isSettled })) });
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.key !== "s" || e.defaultPrevented || e.ctrlKey || e.metaKey || e.altKey || isTyping(e.target) || isOverlayOpen()) return;
      e.preventDefault();
      onTab("surrounding");
    };
    document.addEventListener("keydown", key);
    return () => document.removeEventListener("keydown", key);
  }, [onTab]);

  const tabs = related.map((each, k): ExtraTab => {
    const answer = answers[k]!;
    const count = each.value === "request" ? "" : countWords(answer);
    return { value: each.value, label: `${each.label}${count}`, content: <RelatedTab related={each} answer={answer} record={record} of={dataset?.name} place={place} onOpen={onOpen} /> };
  });
  if (dataset?.timestampField) tabs.push({ value: "surrounding", label: "Surrounding", content: <Surrounding key={row} record={record} dataset={dataset} place={place} onOpen={onOpen} /> });
  const events = answers[related.findIndex((each) => each.value === "events")];
  const head = dataset?.name === "http_requests" && isStopped(record) && events ? <WhyBlocked request={record} events={events} place={place} /> : undefined;
  return <RecordDrawer {...drawer} extraTabs={tabs} head={head} />;
}
