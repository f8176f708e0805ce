import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";

import { formatNumber } from "../format";
import { IconButton } from "./Button";
import styles from "./Pager.module.css";

interface Meta {
  total?: number | null;
  page?: number | null;
  per_page?: number | null;
  total_is_exact?: boolean | null;
}

/** "51–100 of 3,214", with steps. */
export function Pager(props: {
  meta: Meta | undefined;
  shown: number;
  onPage: (page: number) => void;
}) {
  const { t } = useTranslation();
  const total = props.meta?.total ?? 0;
  const page = props.meta?.page ?? 1;
  const size = props.meta?.per_page ?? 50;
  if (!props.meta || total === 0) return null;
  const from = (page - 1) * size + 1;
  const to = from + props.shown - 1;
  const last = to >= total;
  return (
    <nav className={styles.pager} aria-label={t("pager.label")}>
      <span className="num">
        {t(props.meta.total_is_exact === false ? "pager.atLeast" : "pager.range", {
          from: formatNumber(from),
          to: formatNumber(to),
          total: formatNumber(total),
        })}
      </span>
      {(page > 1 || !last) && (
        <span>
          <IconButton
            icon={ChevronLeft}
            label={t("pager.previous")}
            disabled={page <= 1}
            onClick={() => props.onPage(page - 1)}
          />
          <IconButton
            icon={ChevronRight}
            label={t("pager.next")}
            disabled={last}
            onClick={() => props.onPage(page + 1)}
          />
        </span>
      )}
    </nav>
  );
}
