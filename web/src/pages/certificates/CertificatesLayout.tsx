import { useParams, useRouterState } from "@tanstack/react-router";

import { useMediaQuery, wideEnoughForSheet } from "../../components/useMediaQuery";
import { CertificatePage } from "./CertificatePage";
import { CertificatesPage } from "./CertificatesPage";
import styles from "./CertificatesLayout.module.css";

/**
 * /certificates is the list, /certificates/42 one of them. Opened from the list on a wide screen, it
 * stands beside the list; everywhere else it is a page of its own, at the same address.
 */
export function CertificatesLayout() {
  const { id } = useParams({ strict: false });
  const wide = useMediaQuery(wideEnoughForSheet);
  const asSheet = useRouterState({ select: (state) => state.location.state.sheet === true });

  if (id === undefined) return <CertificatesPage />;
  if (!wide || !asSheet) return <CertificatePage key={id} id={Number(id)} />;
  return (
    <div className={styles.split}>
      <CertificatesPage current={Number(id)} />
      <div className={styles.sheet}>
        <CertificatePage key={id} id={Number(id)} sheet />
      </div>
    </div>
  );
}
