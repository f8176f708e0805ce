import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Authority } from "../../api";
import { Breakable } from "../../components/Breakable";
import { Facts, Section } from "../../components/Page";
import { useUseText } from "../templates/useUseText";

/** What an authority may sign, beyond its path length; nothing where it is not limited. */
export function Limits({ authority }: { authority: Authority }) {
  const { t } = useTranslation();
  const useText = useUseText();
  const lines = (texts: string[]) => (
    <>
      {texts.map((text) => (
        <div key={text}>
          <Breakable text={text} />
        </div>
      ))}
    </>
  );
  const counts = [
    ["requireExplicit", authority.policy_constraints_require],
    ["inhibitMapping", authority.policy_constraints_inhibit],
    ["inhibitAny", authority.inhibit_any_policy],
  ] as const;
  const facts: [ReactNode, ReactNode][] = [
    ...(authority.extended_key_usage.length > 0
      ? [pair(t("template.purposes"), authority.extended_key_usage.map(useText).join(", "))]
      : []),
    ...(authority.name_constraints_permitted.length > 0
      ? [pair(t("wizard.permitted"), lines(authority.name_constraints_permitted))]
      : []),
    ...(authority.name_constraints_excluded.length > 0
      ? [pair(t("wizard.excluded"), lines(authority.name_constraints_excluded))]
      : []),
    ...(authority.policies.length > 0
      ? [
          pair(
            t("wizard.policies"),
            lines(authority.policies.map(({ oid, cps }) => (cps ? `${oid} (${cps})` : oid))),
          ),
        ]
      : []),
    ...counts.flatMap(([name, value]) =>
      value === undefined || value === null ? [] : [pair(t(`wizard.${name}`), String(value))],
    ),
    ...(authority.sia_urls.length > 0
      ? [pair(t("wizard.repositories"), lines(authority.sia_urls))]
      : []),
    ...(authority.cps_oid
      ? [
          pair(
            t("wizard.cpsOid"),
            lines([authority.cps_oid, ...(authority.cps_uri ? [authority.cps_uri] : [])]),
          ),
        ]
      : []),
  ];
  if (facts.length === 0) return null;
  return (
    <Section title={t("wizard.step_limits")} card>
      <Facts facts={facts} />
    </Section>
  );
}

const pair = (name: ReactNode, value: ReactNode): [ReactNode, ReactNode] => [name, value];
