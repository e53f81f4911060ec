import { useEffect, useRef } from "react";
import { conditionOf, type FieldTypes, type Filter, type Groups } from "@/lib/filters/filter";
import { filtersOfPasted } from "@/lib/filters/pasted";
import { withCondition, type Reading } from "@/lib/filters/read";
import { isOverlayOpen, isTyping } from "@/lib/keyboard";
import { notice } from "@/lib/notices";
import { addPredicate } from "@/lib/sql/edit";
import type { Explore } from "./use-explore";

const same = (a: Filter, b: Filter): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Groups in which each has the filters besides its own. */
export function withAll(groups: Groups, filters: readonly Filter[]): Groups {
  const all = groups.length === 0 ? [[]] : groups;
  return all.map((group) => [...group, ...filters.filter((filter) => !group.some((own) => same(own, filter)))]);
}

/** Makes filters of what is pasted onto the page, outside of its text fields. What comes back takes a text, and says whether it was one. */
export function usePastedFilters({ draft, dataset, commit }: Explore, reading: Reading | null, types: FieldTypes) {
  const take = (text: string): boolean => {
    if (!dataset || draft === null || reading === null) return false;
    const filters = filtersOfPasted(text, dataset.fields);
    if (filters.length === 0) return false;
    if (reading.ok) void commit({}, withCondition(draft, conditionOf(withAll(reading.groups, filters), types)));
    else {
      const edit = addPredicate(draft, conditionOf([filters], types));
      if (!edit.ok) return false;
      void commit({}, edit.sql);
    }
    return true;
  };
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const paste = (e: ClipboardEvent) => {
      const text = e.clipboardData?.getData("text/plain") ?? "";
      if (e.defaultPrevented || isTyping(e.target) || isOverlayOpen() || text.trim() === "") return;
      e.preventDefault();
      if (!latest.current(text)) notice("What was pasted makes no filter here: paste addresses, a Ray ID, an AS number, a URL, Field:value or a record as JSON.");
    };
    document.addEventListener("paste", paste);
    return () => document.removeEventListener("paste", paste);
  }, []);
  return take;
}
