import { useQuery } from "@tanstack/react-query";
import { getRouteApi, Link, useNavigate } from "@tanstack/react-router";
import { KeyRound } from "lucide-react";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { ButtonLink } from "../../components/Button";
import { CopyButton, Snippet } from "../../components/Copy";
import { Choice, SelectField } from "../../components/Field";
import { Facts, Section } from "../../components/Page";
import { OnOff } from "../../components/State";
import { formatNumber } from "../../format";
import styles from "./Enrolment.module.css";
import { IssuedBars } from "./IssuedBars";
import { RootCard } from "./RootCard";
import { clientNames, clients, fetchRoot, snippet, type Client } from "./snippets";
import { usePlace } from "./usePlace";

const route = getRouteApi("/shell/enrolment");

export function ConnectTab() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const search = route.useSearch();
  const { place, root, issuer, service, services } = usePlace(search.service);
  const client = clients.find((one) => one === search.client) ?? "certbot";
  const show = (change: { client?: Client; service?: string }) =>
    void navigate({
      to: "/enrolment",
      search: {
        ...(search.client ? { client: search.client } : {}),
        ...(search.service ? { service: search.service } : {}),
        ...change,
      },
      replace: true,
      resetScroll: false,
    });
  const stats = useQuery({ queryKey: ["acme", "stats"], queryFn: () => api.get("/acme/stats") })
    .data?.data;

  return (
    <div className={styles.grid}>
      <div className={styles.main}>
        <Section title="ACME" card aside={service && <OnOff on={service.enabled} />}>
          <p className="muted">{t("enrolment.acmeText")}</p>
          {services && services.length > 1 && (
            <div className={styles.choose}>
              <SelectField
                label={t("enrolment.service")}
                value={service?.name ?? ""}
                onChange={(next) => show({ service: next })}
                options={services.map(({ name, description }) => ({
                  value: name,
                  label: description ? `${name} – ${description}` : name,
                }))}
              />
            </div>
          )}
          <div className={styles.directory}>
            <span>{t("enrolment.directory")}</span>
            <code>{place.directory}</code>
            <CopyButton text={place.directory} />
          </div>
          <Facts
            facts={[
              [
                t("column.issuer"),
                issuer ? (
                  <Link key="issuer" to="/authorities/$id" params={{ id: String(issuer.id) }}>
                    {issuer.name}
                  </Link>
                ) : (
                  "–"
                ),
              ],
              [
                t("enrolment.validity"),
                service
                  ? t("lifetime.daysLong", {
                      count: service.validity_days,
                      n: formatNumber(service.validity_days),
                    })
                  : "–",
              ],
              [t("enrolment.challenges"), service?.challenge_types.join(", ") ?? "–"],
            ]}
          />
        </Section>
        <Section title={t("enrolment.howTo")} card>
          <ol className={styles.steps}>
            <li>
              <h3>{t("enrolment.stepTrust")}</h3>
              <p className="muted">{t("enrolment.stepTrustText")}</p>
              {root && <Snippet label={t("enrolment.stepTrust")} text={fetchRoot(place)} />}
            </li>
            <li>
              <h3>{t("enrolment.stepRun")}</h3>
              <Choice<Client>
                label={t("enrolment.client")}
                value={client}
                onChange={(next) => show({ client: next })}
                options={clients.map((one) => ({ value: one, label: clientNames[one] }))}
              />
              <Snippet label={clientNames[client]} text={snippet(client, place)} />
              <p className="muted">{t("enrolment.replaceHost", { host: place.host })}</p>
              {place.eab && (
                <>
                  <p className="muted">{t("enrolment.eabNeeded")}</p>
                  <div>
                    <ButtonLink
                      small
                      icon={KeyRound}
                      to="/enrolment"
                      search={{ tab: "credentials" }}
                    >
                      {t("enrolment.eabMake")}
                    </ButtonLink>
                  </div>
                </>
              )}
            </li>
          </ol>
        </Section>
      </div>
      <div className={styles.side}>
        {root && <RootCard root={root} />}
        {stats && (
          <Section title={t("enrolment.last30")} card>
            <IssuedBars days={stats.last_30_days} />
          </Section>
        )}
      </div>
    </div>
  );
}
