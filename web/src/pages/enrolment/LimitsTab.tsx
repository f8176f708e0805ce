import { useQuery } from "@tanstack/react-query";

import { api } from "../../api";
import styles from "./Enrolment.module.css";
import { QuotaForm } from "./QuotaForm";
import { QuotaList } from "./QuotaList";
import { RetentionSection } from "./RetentionSection";

/** How much may be ordered, who ordered lately, and what is forgotten when. */
export function LimitsTab() {
  const settings = useQuery({
    queryKey: ["acme", "settings"],
    queryFn: () => api.get("/acme/settings"),
  });
  return (
    <div className={styles.main}>
      <QuotaForm settings={settings} />
      <QuotaList />
      <RetentionSection settings={settings} />
    </div>
  );
}
