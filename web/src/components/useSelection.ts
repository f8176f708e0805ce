import { useState } from "react";

/** Rows that are selected, kept while one pages through the list. */
export function useSelection<Row extends { id: number }>() {
  const [selected, setSelected] = useState<ReadonlyMap<number, Row>>(new Map());
  return {
    rows: [...selected.values()],
    ids: new Set(selected.keys()),
    clear: () => setSelected(new Map()),
    select: (changed: Row[], on: boolean) =>
      setSelected((before) => {
        const after = new Map(before);
        for (const row of changed) {
          if (on) after.set(row.id, row);
          else after.delete(row.id);
        }
        return after;
      }),
  };
}
