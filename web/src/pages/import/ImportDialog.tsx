import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, refusal } from "../../api";
import { useCan } from "../../auth/useCan";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { ErrorNotice } from "../../components/ErrorNotice";
import { Checkbox, Form, TextField } from "../../components/Field";
import { FileArea, type ChosenFile } from "../../components/FileArea";
import { refreshRequests } from "../requests/queries";
import { toBase64 } from "../requests/csrFile";
import { ImportList } from "./ImportList";
import styles from "./Import.module.css";
import { outcomes, type Analysis, type Result } from "./outcome";

/** What a file holds, then what became of it: nothing is kept before it was shown. */
export function ImportDialog(props: { onClose: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const can = useCan();
  const navigate = useNavigate();
  const [text, setText] = useState("");
  const [file, setFile] = useState<ChosenFile>();
  const [password, setPassword] = useState("");
  const [keepKeys, setKeepKeys] = useState(true);
  const [tried, setTried] = useState(false);
  const [analysis, setAnalysis] = useState<Analysis>();
  const [result, setResult] = useState<Result>();

  const content = file ? toBase64(file.bytes) : text.trim();
  const secret = password ? { password } : {};
  const look = useMutation({
    mutationFn: () => api.post("/import/analyze", { body: { content, ...secret } }),
    onSuccess: ({ data }) => setAnalysis(data),
  });
  const keep = useMutation({
    mutationFn: () =>
      api.post("/import/execute", {
        body: {
          content,
          ...secret,
          options: {
            import_cas: can("write:cas"),
            import_certs: true,
            import_csrs: can("write:csrs"),
            import_keys: keepKeys,
          },
        },
      }),
    onSuccess: async ({ data }) => {
      setResult(data);
      await refreshRequests(queries);
    },
  });
  const refused = (field: string) => refusal(look.error, field);

  if (analysis) {
    const rows = outcomes(analysis, { cas: can("write:cas"), csrs: can("write:csrs") }, result);
    const fresh = rows.filter(({ state }) => state === "new").length;
    const kept = result
      ? result.cas_imported + result.certificates_imported + result.csrs_imported
      : 0;
    const certificate = result?.imported_ids.certificates[0];
    return (
      <Dialog
        title={
          result
            ? t("import.done", { count: kept })
            : t("import.found", { count: analysis.objects.length })
        }
        lead={result ? undefined : t("import.foundLead", { format: analysis.summary.format })}
        size="large"
        locked={keep.isPending}
        onSubmit={() => (result ? props.onClose() : fresh > 0 && keep.mutate())}
        onClose={props.onClose}
        footer={
          result ? (
            <>
              {certificate !== undefined && result.imported_ids.certificates.length === 1 && (
                <Button
                  onClick={() => {
                    props.onClose();
                    void navigate({
                      to: "/certificates/$id",
                      params: { id: String(certificate) },
                      search: {},
                    });
                  }}
                >
                  {t("issue.show")}
                </Button>
              )}
              <Button type="submit" look="primary">
                {t("common.close")}
              </Button>
            </>
          ) : (
            <>
              <Button look="ghost" className="start" onClick={() => setAnalysis(undefined)}>
                {t("import.back")}
              </Button>
              <Button onClick={props.onClose}>{t("common.cancel")}</Button>
              <Button
                type="submit"
                look="primary"
                busy={keep.isPending}
                needs="write:certificates"
                blocked={fresh === 0 && t("import.nothingNew")}
              >
                {t("import.submit")}
              </Button>
            </>
          )
        }
      >
        <Form>
          <ImportList rows={rows} />
          {!result && analysis.summary.private_keys > 0 && (
            <Checkbox
              label={t("import.keepKeys", { count: analysis.summary.private_keys })}
              checked={keepKeys}
              onChange={setKeepKeys}
            />
          )}
          {result && result.keys_matched > 0 && (
            <p className="muted">{t("import.keysKept", { count: result.keys_matched })}</p>
          )}
          {[...(result?.errors ?? []), ...(result ? [] : analysis.validation.warnings)].map(
            (line) => (
              <p key={line} className={styles.note}>
                {line}
              </p>
            ),
          )}
          {keep.isError && <ErrorNotice error={keep.error} />}
        </Form>
      </Dialog>
    );
  }

  return (
    <Dialog
      title={t("import.title")}
      lead={t("import.lead")}
      locked={look.isPending}
      onSubmit={() => {
        setTried(true);
        if (content) look.mutate();
      }}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="primary" busy={look.isPending}>
            {t("import.look")}
          </Button>
        </>
      }
    >
      <Form>
        <FileArea
          label={t("import.content")}
          hint={t("import.hint")}
          placeholder="-----BEGIN CERTIFICATE-----"
          accept=".pem,.crt,.cer,.der,.key,.csr,.p7b,.p7c,.p12,.pfx"
          rows={8}
          text={text}
          file={file}
          onText={setText}
          onFile={setFile}
          error={(tried && !content && t("import.missing")) || refused("content")}
        />
        <TextField
          label={t("login.password")}
          optional={t("common.optional")}
          hint={t("import.passwordHint")}
          type="password"
          autoComplete="off"
          value={password}
          onChange={setPassword}
          error={refused("password")}
        />
        {look.isError && <ErrorNotice error={look.error} />}
      </Form>
    </Dialog>
  );
}
