import { Plus, type LucideIcon } from "lucide-react";

import { Button } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { EmptyState } from "../../components/EmptyState";
import { ErrorNotice } from "../../components/ErrorNotice";
import styles from "./Enrolment.module.css";

/** A list that one adds to: what it is about, and its rows, or why there are none. */
export function ListTab<Row>(
  props: Omit<Parameters<typeof DataTable<Row>>[0], "caption" | "empty"> & {
    title: string;
    lead: string;
    create: string;
    onCreate: () => void;
    query: { error: Error | null; refetch: () => Promise<unknown> };
    /** Said while there is nothing in it. */
    none: { icon: LucideIcon; title: string; text: string };
  },
) {
  const { title, lead, create, onCreate, query, none, ...table } = props;
  const { error, refetch } = query;
  const button = (
    <Button look="primary" icon={Plus} needs="write:acme" onClick={onCreate}>
      {create}
    </Button>
  );
  return (
    <>
      <div className={styles.intro}>
        <p className="muted">{lead}</p>
        {table.rows?.length !== 0 && button}
      </div>
      {error && !table.rows ? (
        <ErrorNotice error={error} onRetry={() => void refetch()} />
      ) : (
        <div className={styles.list}>
          <DataTable
            caption={title}
            {...table}
            empty={
              <EmptyState icon={none.icon} title={none.title} action={button}>
                {none.text}
              </EmptyState>
            }
          />
        </div>
      )}
    </>
  );
}
