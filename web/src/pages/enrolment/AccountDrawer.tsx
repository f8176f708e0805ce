import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { admin, uidOf } from "../../api/admin";
import { contactText } from "../../api/loose";
import { useCan } from "../../auth/useCan";
import { Identifier } from "../../components/Copy";
import { Dialog } from "../../components/Dialog";
import { Moment } from "../../components/Moment";
import { Facts } from "../../components/Page";
import { Pending } from "../../components/Pending";
import { AcmeState } from "../../components/State";
import { AccountProfile } from "./AccountProfile";
import { Doctor } from "./Doctor";
import styles from "./Enrolment.module.css";

/** One ACME account: what happens to its orders right now, what binds it, what it is. */
export function AccountDrawer(props: { id: number; onClose: () => void }) {
  const { t } = useTranslation();
  const mayAllow = useCan()("write:acme");
  const uid = uidOf("account", props.id);
  const query = useQuery({
    queryKey: ["acme", "account", props.id],
    queryFn: () => admin.get("/accounts/{account_id}", { path: { account_id: uid } }),
    retry: false,
  });
  const names = useQuery({
    queryKey: ["acme", "allowed-identifiers", props.id],
    queryFn: () =>
      admin.get("/accounts/{account_id}/allowed-identifiers", { path: { account_id: uid } }),
    enabled: mayAllow,
    retry: false,
  }).data;
  const account = query.data;
  const contact = contactText(account?.contacts);
  return (
    <Dialog
      side
      title={contact || t("account.noContact")}
      lead={account && <AcmeState status={account.status} />}
      onClose={props.onClose}
    >
      {query.isError || !account ? (
        <Pending query={query} lines={8} />
      ) : (
        <div className={styles.trace}>
          <Doctor account={props.id} />
          <AccountProfile account={props.id} />
          <Facts
            facts={[
              [
                t("allowed.tab"),
                !mayAllow ? (
                  "–"
                ) : names && names.length > 0 ? (
                  names.map(({ identifier_value }) => identifier_value).join(", ")
                ) : (
                  <Link key="names" to="/enrolment" search={{ tab: "names" }}>
                    {t("eab.anyName")}
                  </Link>
                ),
              ],
              [t("eab.kid"), account.eab_kid ?? "–"],
              [t("doctor.terms"), t(account.tos_agreed ? "common.yes" : "common.no")],
              [t("account.created"), <Moment key="created" at={account.created_at} as="full" />],
              [
                t("account.thumbprint"),
                <Identifier key="thumbprint" text={account.jwk_thumbprint} full />,
              ],
            ]}
          />
        </div>
      )}
    </Dialog>
  );
}
