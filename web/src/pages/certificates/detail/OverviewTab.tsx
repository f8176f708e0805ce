import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { CertificateDetail } from "../../../api";
import { Breakable } from "../../../components/Breakable";
import { Identifier } from "../../../components/Copy";
import { Findings } from "../../../components/Findings";
import lists from "../../../components/List.module.css";
import { Moment } from "../../../components/Moment";
import { Facts, Section } from "../../../components/Page";
import { colons, formatKey } from "../../../format";
import { useActorText } from "../../activity/useActorText";
import { useSourceText } from "../columns";
import styles from "./Detail.module.css";
import { TagsSection } from "./TagsSection";

const sanTypes = ["dns", "ip", "email", "uri"] as const;

export function OverviewTab({ certificate }: { certificate: CertificateDetail }) {
  const { t } = useTranslation();
  const sourceText = useSourceText();
  const actorText = useActorText();
  const uses = { server: t("use.server"), client: t("use.client"), combined: t("use.combined") };
  return (
    <div className={styles.overview}>
      <Section title={t("fact.names")} card>
        {certificate.sans.length === 0 ? (
          <p className="muted">{t("fact.noNames")}</p>
        ) : (
          <ul className={styles.names}>
            {certificate.sans.map((san) => (
              <li key={`${san.type}:${san.value}`}>
                <small>
                  {sanTypes.find((type) => type === san.type)?.toUpperCase() ?? san.type}
                </small>
                <Identifier text={san.value} full />
              </li>
            ))}
          </ul>
        )}
      </Section>
      <Section title={t("fact.about")} card>
        <Facts
          facts={[
            [
              t("column.issuer"),
              certificate.ca_id ? (
                <Link key="ca" to="/authorities/$id" params={{ id: String(certificate.ca_id) }}>
                  {certificate.issuer_name}
                </Link>
              ) : (
                certificate.issuer_name
              ),
            ],
            [t("fact.subject"), <Breakable key="subject" text={certificate.subject} />],
            [
              t("issue.use"),
              uses[certificate.cert_type as keyof typeof uses] ?? certificate.cert_type,
            ],
            [t("column.source"), sourceText(certificate.source)],
            ...(certificate.template_id
              ? ([
                  [
                    t("template.choose"),
                    <span key="template">
                      <Link to="/templates/$id" params={{ id: String(certificate.template_id) }}>
                        {certificate.template_name || certificate.template_id}
                      </Link>
                      {certificate.template_version &&
                        `, ${t("template.version", { n: certificate.template_version })}`}
                    </span>,
                  ],
                ] as [string, ReactNode][])
              : []),
            [
              t("column.owner"),
              <span key="owner" title={certificate.created_by}>
                {certificate.created_by ? actorText(certificate.created_by) : "–"}
              </span>,
            ],
            [t("column.issued"), <Moment key="issued" at={certificate.created_at} as="full" />],
          ]}
        />
      </Section>
      <Section title={t("fact.key")} card>
        <Facts
          facts={[
            [t("issue.key"), formatKey(certificate.key_type)],
            [t("fact.signature"), certificate.signature_algorithm],
            [
              t("fact.privateKey"),
              certificate.private_key_available ? t("fact.keyHere") : t("fact.keyElsewhere"),
            ],
          ]}
        />
      </Section>
      <TagsSection certificate={certificate} />
      <Section title={t("fact.identifiers")} card>
        <Facts
          facts={[
            [t("fact.serial"), <Identifier key="serial" text={certificate.serial_number} full />],
            [
              "SHA-256",
              <Identifier key="sha256" text={colons(certificate.thumbprint_sha256)} full />,
            ],
            ["SHA-1", <Identifier key="sha1" text={colons(certificate.thumbprint_sha1)} full />],
            [t("fact.ski"), <Identifier key="ski" text={colons(certificate.ski)} full />],
            [t("fact.aki"), <Identifier key="aki" text={colons(certificate.aki)} full />],
          ]}
        />
      </Section>
      {certificate.lint.length > 0 && (
        <div className={lists.wide}>
          <Section title={t("template.lint")} card>
            <Findings findings={certificate.lint} />
          </Section>
        </div>
      )}
    </div>
  );
}
