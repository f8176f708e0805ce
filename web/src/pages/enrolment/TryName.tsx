import { useMutation, useQuery } from "@tanstack/react-query";
import { CircleCheck, CircleX, Search } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { useCan } from "../../auth/useCan";
import { Button } from "../../components/Button";
import { ErrorNotice } from "../../components/ErrorNotice";
import { TextField } from "../../components/Field";
import { Facts, Section } from "../../components/Page";
import { Label } from "../../components/State";
import { casQuery } from "../authorities/queries";
import { Asked } from "./Asked";
import styles from "./Enrolment.module.css";

/** What would count for a name, and what this server's resolvers say about it. */
export function TryName() {
  const { t } = useTranslation();
  const can = useCan();
  const [name, setName] = useState("");
  const cas = useQuery(casQuery).data?.data ?? [];
  const tried = useMutation({
    mutationFn: async (domain: string) => {
      const [rules, servers] = await Promise.all([
        api.get("/acme/domains/resolve", { query: { domain } }),
        can("write:acme") ? api.post("/acme/domains/test", { body: { domain } }) : undefined,
      ]);
      return { rules: rules.data, servers: servers?.data };
    },
  });
  const rules = tried.data?.rules;
  const servers = tried.data?.servers;
  return (
    <Section title={t("domain.try")} card>
      <form
        className={styles.secret}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim()) tried.mutate(name.trim());
        }}
      >
        <div className={styles.give}>
          <TextField
            label={t("domain.name")}
            placeholder="www.shop.example"
            mono
            value={name}
            onChange={setName}
            error={refusal(tried.error, "domain")}
          />
          <Button
            type="submit"
            icon={Search}
            busy={tried.isPending}
            blocked={!name.trim() && t("keys.nameMissing")}
          >
            {t("domain.trySubmit")}
          </Button>
        </div>
      </form>
      {tried.isError && <ErrorNotice error={tried.error} />}
      {rules && (
        <div className={styles.tried} role="status">
          <Facts
            facts={[
              [
                t("domain.counts"),
                rules.matched_domain ? (
                  <span className="mono">{rules.matched_domain}</span>
                ) : (
                  t("domain.noRule")
                ),
              ],
              [
                t("domain.rule"),
                rules.rule === "allow" ? (
                  <Label tone="active" icon={CircleCheck} text={t("domain.rule_allow")} />
                ) : (
                  <Label tone="expired" icon={CircleX} text={t("domain.rule_deny")} />
                ),
              ],
              ...(rules.rule === "allow"
                ? ([
                    [
                      t("domain.terms"),
                      [
                        t(rules.auto_approve ? "domain.noProof" : "domain.proof"),
                        !rules.is_wildcard_allowed && t("domain.noWildcards"),
                      ]
                        .filter(Boolean)
                        .join(", "),
                    ],
                    [
                      t("column.issuer"),
                      cas.find(({ id }) => id === rules.issuing_ca_id)?.name ??
                        t("domain.ofService"),
                    ],
                  ] as [string, string][])
                : []),
              ...(servers
                ? ([
                    [
                      t("domain.servers"),
                      servers.success ? (
                        <Label
                          key="servers"
                          tone="active"
                          icon={CircleCheck}
                          text={t("domain.serversAnswer")}
                        />
                      ) : (
                        <Label
                          key="servers"
                          tone="expired"
                          icon={CircleX}
                          text={t("domain.serversFail")}
                        />
                      ),
                    ],
                    [
                      t("domain.record"),
                      <span key="record" className="mono">
                        {servers.test_record}
                      </span>,
                    ],
                  ] as [string, React.ReactNode][])
                : []),
            ]}
          />
          {servers?.error && <p className={styles.problem}>{servers.error}</p>}
          {servers && <Asked steps={servers.steps} />}
        </div>
      )}
    </Section>
  );
}
