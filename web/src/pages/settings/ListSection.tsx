import { Plus } from "lucide-react";
import type { ReactNode } from "react";

import { Button } from "../../components/Button";
import { DataTable } from "../../components/DataTable";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Section } from "../../components/Page";
import styles from "./Settings.module.css";

/** A list in the settings, the button that adds to it, and the dialogs it opens. */
export function ListSection<Row>(
  props: Omit<Parameters<typeof DataTable<Row>>[0], "caption"> & {
    title: string;
    create: string;
    needs?: string;
    blocked?: string | false;
    error: Error | null;
    onRetry?: () => void;
    onCreate: () => void;
    children?: ReactNode;
  },
) {
  const { title, create, needs, blocked, error, onRetry, onCreate, children, ...table } = props;
  return (
    <Section
      title={title}
      card
      flush
      aside={
        <Button
          small
          look="primary"
          icon={Plus}
          {...(needs ? { needs } : {})}
          blocked={blocked}
          onClick={onCreate}
        >
          {create}
        </Button>
      }
    >
      {error && <ErrorNotice error={error} {...(onRetry ? { onRetry } : {})} />}
      <div className={styles.list}>
        <DataTable caption={title} {...table} />
      </div>
      {children}
    </Section>
  );
}
