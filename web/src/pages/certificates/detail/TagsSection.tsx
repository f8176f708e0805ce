import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api, refusal, type CertificateDetail } from "../../../api";
import { useCan } from "../../../auth/useCan";
import { ErrorNotice } from "../../../components/ErrorNotice";
import { Section } from "../../../components/Page";
import { TagField } from "../../../components/TagField";
import { TagLinks } from "../../../components/Tags";
import { refreshCertificates } from "../refresh";

/** What a certificate is tagged with; each change is stored at once. */
export function TagsSection({ certificate }: { certificate: CertificateDetail }) {
  const { t } = useTranslation();
  const can = useCan();
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (tags: string[]) =>
      api.put("/certificates/{cert_id}/tags", {
        path: { cert_id: certificate.id },
        body: { tags },
      }),
    onSettled: () => refreshCertificates(queries),
  });
  // What is being stored is shown already.
  const tags = save.isPending ? save.variables : certificate.tags;
  const refused = refusal(save.error, "tags");
  return (
    <Section title={t("column.tags")} card>
      {can("write:certificates") ? (
        <TagField
          label={t("tags.edit")}
          hint={t("tags.hint")}
          error={refused}
          tags={tags}
          linked
          busy={save.isPending}
          onChange={(next) => save.mutate(next)}
        />
      ) : tags.length > 0 ? (
        <TagLinks tags={tags} />
      ) : (
        <p className="muted">{t("tags.none")}</p>
      )}
      {save.isError && !refused && <ErrorNotice error={save.error} />}
    </Section>
  );
}
