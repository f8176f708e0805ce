import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { ErrorNotice } from "../../components/ErrorNotice";
import { Page } from "../../components/Page";
import { casQuery, crlsQuery } from "../authorities/queries";
import { AuthorityLists } from "./AuthorityLists";
import { Jobs } from "./Jobs";
import { LatelyRevoked } from "./LatelyRevoked";
import { Measured } from "./Measured";
import { RevocationFigures } from "./RevocationFigures";
import { useMeasured } from "./useMeasured";

/** Whether clients can learn what was revoked, and what was. */
export function RevocationPage() {
  const { t } = useTranslation();
  const cas = useQuery(casQuery);
  const crls = useQuery(crlsQuery);
  const listed = new Set(crls.data?.data.map(({ ca_id }) => ca_id));
  // Who revokes: those with a key here, and those whose lists are signed elsewhere.
  const authorities = cas.data?.data.filter(
    ({ id, has_private_key }) => has_private_key || listed.has(id),
  );
  const measured = useMeasured(authorities);
  const failed = cas.error ?? crls.error;

  return (
    <Page title={t("nav.revocation")} lead={t("revocation.lead")}>
      {failed && !authorities ? (
        <ErrorNotice
          error={failed}
          onRetry={() => void Promise.all([cas.refetch(), crls.refetch()])}
        />
      ) : (
        <>
          <RevocationFigures crls={crls.data?.data} measured={measured} />
          <AuthorityLists authorities={authorities} crls={crls.data?.data} measured={measured} />
          <Measured authorities={authorities} measured={measured} />
          <Jobs />
          <LatelyRevoked />
        </>
      )}
    </Page>
  );
}
