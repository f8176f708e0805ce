import { useTranslation } from "react-i18next";

import type { Data } from "../../../api";
import { Facts } from "../../../components/Page";
import { formatDay } from "../../../format";
import { ExtensionsTab } from "../../certificates/detail/ExtensionsTab";
import { keyChoices } from "../keys";
import type { StepProps } from "./StepProps";

/** What will be made: read off the certificate that the simulation made, not off the form. */
export function ReviewStep(
  props: StepProps & { simulated: Data<"post", "/cas/simulate"> | undefined },
) {
  const { t } = useTranslation();
  const { draft, parent, simulated } = props;
  const subject = [
    ["CN", draft.name],
    ["OU", draft.unit],
    ["O", draft.organization],
    ["L", draft.locality],
    ["ST", draft.state],
    ["C", draft.country.toUpperCase()],
  ].flatMap(([name, value]) => (value?.trim() ? [`${name}=${value.trim()}`] : []));
  return (
    <>
      <Facts
        facts={[
          [t("wizard.kind"), t(`wizard.kind_${draft.kind}`)],
          [t("fact.subject"), simulated?.subject || subject.join(", ")],
          ...(draft.kind === "intermediate"
            ? ([[t("createCa.parent"), parent?.name ?? "–"]] as [string, string][])
            : []),
          [t("issue.key"), keyChoices.find(({ value }) => value === draft.key)?.label ?? draft.key],
          ...(simulated?.valid_to
            ? ([
                [
                  t("template.validity"),
                  `${formatDay(simulated.valid_from)} – ${formatDay(simulated.valid_to)}`,
                ],
              ] as [string, string][])
            : []),
        ]}
      />
      {draft.kind === "elsewhere" ? (
        <p className="muted">{t("wizard.elsewhereNext")}</p>
      ) : (
        simulated &&
        simulated.extensions.length > 0 && <ExtensionsTab extensions={simulated.extensions} />
      )}
    </>
  );
}
