import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { CirclePause, CirclePlay, Copy, Download, Info, Pencil, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../../api";
import { base } from "../../api/client";
import { fileStem } from "../../api/download";
import { Anchor, Button } from "../../components/Button";
import { useRestricted } from "../../auth/restricted";
import { BackLink } from "../../components/BackLink";
import lists from "../../components/List.module.css";
import { LoadingPage } from "../../components/LoadingPage";
import { Moment } from "../../components/Moment";
import { Facts, Page, Section } from "../../components/Page";
import { toast } from "../../components/toasts";
import { formatKey, formatNumber } from "../../format";
import { useActorText } from "../activity/useActorText";
import { NotFoundPage } from "../NotFoundPage";
import { DeleteTemplateDialog } from "./DeleteTemplateDialog";
import { DuplicateDialog } from "./DuplicateDialog";
import { nameTypes, plainKeyType } from "./form";
import { Sample } from "./Sample";
import { TemplateDialog } from "./TemplateDialog";
import { TemplateState } from "./TemplateState";
import styles from "./Templates.module.css";
import { useUseText } from "./useUseText";
import { VersionsDialog } from "./VersionsDialog";

export function TemplatePage() {
  const { t } = useTranslation();
  const restricted = useRestricted();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const useText = useUseText();
  const actorText = useActorText();
  const id = Number(useParams({ from: "/shell/templates/$id" }).id);
  const path = { template_id: id };
  const [dialog, setDialog] = useState<"edit" | "duplicate" | "delete">();
  const [compared, setCompared] = useState<number>();
  const one = useQuery({
    queryKey: ["templates", "one", id],
    queryFn: () => api.get("/templates/{template_id}", { path }),
    enabled: Number.isInteger(id),
  });
  const versions = useQuery({
    queryKey: ["templates", "versions", id],
    queryFn: () => api.get("/templates/{template_id}/versions", { path }),
    enabled: Number.isInteger(id),
  }).data?.data;
  const toggle = useMutation({
    mutationFn: (is_active: boolean) =>
      api.put("/templates/{template_id}", { path, body: { is_active } }),
    onSuccess: async ({ data }) => {
      await queries.invalidateQueries({ queryKey: ["templates"] });
      toast(
        t(data.is_active ? "template.switchedOn" : "template.switchedOff", { name: data.name }),
      );
    },
    onError: (error) => toast(error instanceof ApiError ? error.message : t("error.unexpected")),
  });
  const close = () => setDialog(undefined);
  const above = <BackLink to="/templates">{t("nav.templates")}</BackLink>;

  if (!Number.isInteger(id) || (one.error instanceof ApiError && one.error.status === 404)) {
    return <NotFoundPage what={t("template.notFound")} />;
  }
  const template = one.data?.data;
  if (!template) {
    return <LoadingPage title={t("template.title")} above={above} query={one} />;
  }

  const rules = template.extensions_template;
  const days = (count: number) => t("lifetime.daysLong", { count, n: formatNumber(count) });
  const list = (texts: string[]) => (texts.length > 0 ? texts.join(", ") : "–");
  const subject = Object.entries({ ...template.dn_template, ...template.pinned_subject_fields })
    .filter(([, value]) => Boolean(value))
    .map(([name, value]) => `${name}: ${String(value)}`);
  const locked = template.is_system && t("template.isBuiltIn");

  return (
    <Page
      title={template.name}
      above={above}
      lead={
        <>
          <TemplateState active={template.is_active} /> {template.description}
        </>
      }
      actions={
        <>
          <Anchor
            icon={Download}
            href={`${base}/templates/${id}/export`}
            download={`${fileStem(template.name)}.json`}
          >
            {t("export.button")}
          </Anchor>
          <Button icon={Copy} needs="write:templates" onClick={() => setDialog("duplicate")}>
            {t("template.duplicate")}
          </Button>
          <Button
            icon={template.is_active ? CirclePause : CirclePlay}
            needs="write:templates"
            blocked={locked}
            busy={toggle.isPending}
            onClick={() => toggle.mutate(!template.is_active)}
          >
            {t(template.is_active ? "users.disable" : "users.enable")}
          </Button>
          <Button
            icon={Trash2}
            needs="delete:templates"
            blocked={locked || (template.usage_count > 0 && t("template.inUse"))}
            onClick={() => setDialog("delete")}
          >
            {t("request.delete")}
          </Button>
          <Button
            look="primary"
            icon={Pencil}
            needs="write:templates"
            blocked={locked}
            onClick={() => setDialog("edit")}
          >
            {t("users.edit")}
          </Button>
        </>
      }
    >
      {template.is_system && (
        <p className={styles.note}>
          <Info aria-hidden />
          {t("template.isBuiltIn")}
        </p>
      )}
      <div className={lists.overview}>
        <Section title={t("template.rules")} card>
          <Facts
            facts={[
              [
                t("template.purposes"),
                template.basic_constraints.ca
                  ? t("authority.title")
                  : list(template.extended_key_usage.map(useText)),
              ],
              [t("template.keyUsage"), list(template.key_usage)],
              ...(rules.allowed_extended_key_usage.length > 0
                ? ([
                    [t("template.mayAsk"), list(rules.allowed_extended_key_usage.map(useText))],
                  ] as [string, string][])
                : []),
              [
                t("template.nameTypes"),
                list(
                  rules.san_types.map((type) => {
                    const known = nameTypes.find((other) => other === type);
                    return known ? t(`nameType.${known}`) : type;
                  }),
                ),
              ],
              [t("template.nameRequired"), t(rules.san_required ? "common.yes" : "common.no")],
              [t("template.staple"), t(`template.rule_${rules.must_staple}`)],
              [
                t("template.baselineShort"),
                t(template.baseline_requirements ? "common.yes" : "common.no"),
              ],
            ]}
          />
        </Section>
        <Section title={t("template.keyAndTime")} card>
          <Facts
            facts={[
              [t("issue.key"), formatKey(plainKeyType(template.key_type))],
              [
                t("template.keyTypes"),
                template.allowed_key_types.length > 0
                  ? list(template.allowed_key_types.map((one) => formatKey(plainKeyType(one))))
                  : t("template.anyKey"),
              ],
              [
                t("template.validity"),
                template.validity_days ? days(template.validity_days) : t("template.asAsked"),
              ],
              [t("template.mostDays"), days(template.max_validity_days)],
              [t("fact.subject"), subject.length > 0 ? subject.join(", ") : t("template.asAsked")],
              [t("authority.issued"), formatNumber(template.usage_count)],
            ]}
          />
        </Section>
        {!restricted && (
          <div className={lists.wide}>
            <Section title={t("template.sample")} card>
              <Sample wanted={{ template_id: id }} />
            </Section>
          </div>
        )}
        {versions && (
          <Section title={t("template.versions")} card>
            <ol className={styles.versions}>
              {versions.map((version) => (
                <li key={version.version}>
                  <b className="num">{t("template.version", { n: version.version })}</b>
                  <span className="muted">
                    {actorText(version.created_by)}, <Moment at={version.created_at} />
                  </span>
                  {version.version > 1 && (
                    <Button small look="ghost" onClick={() => setCompared(version.version)}>
                      {t("template.whatChanged", { n: version.version })}
                    </Button>
                  )}
                </li>
              ))}
            </ol>
          </Section>
        )}
      </div>
      {compared !== undefined && versions && (
        <VersionsDialog
          template={template}
          versions={versions}
          version={compared}
          onClose={() => setCompared(undefined)}
        />
      )}
      {dialog === "edit" && <TemplateDialog template={template} onClose={close} />}
      {dialog === "duplicate" && <DuplicateDialog template={template} onClose={close} />}
      {dialog === "delete" && (
        <DeleteTemplateDialog
          template={template}
          onDone={() => void navigate({ to: "/templates" })}
          onClose={close}
        />
      )}
    </Page>
  );
}
