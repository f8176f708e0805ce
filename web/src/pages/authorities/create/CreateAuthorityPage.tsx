import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { Check, CircleAlert } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";

import { api, ApiError } from "../../../api";
import { BackLink } from "../../../components/BackLink";
import { Button } from "../../../components/Button";
import { CopyCurl } from "../../../components/Copy";
import { ErrorNotice } from "../../../components/ErrorNotice";
import { Form } from "../../../components/Field";
import { Page } from "../../../components/Page";
import { toast } from "../../../components/toasts";
import { casQuery, refreshAuthorities } from "../queries";
import { useSimulation } from "../useSimulation";
import { Verdict } from "../Verdict";
import { AddressesStep } from "./AddressesStep";
import styles from "./Create.module.css";
import {
  bodyOf,
  keepDraft,
  problemsOf,
  readDraft,
  stepOfField,
  stepsOf,
  type Draft,
} from "./draft";
import { KeyStep } from "./KeyStep";
import { KindStep } from "./KindStep";
import { LimitsStep } from "./LimitsStep";
import { ReviewStep } from "./ReviewStep";
import type { StepProps } from "./StepProps";
import { SubjectStep } from "./SubjectStep";
import { ValidityStep } from "./ValidityStep";

/** An authority, step by step; who would refuse it is said before it is made. */
export function CreateAuthorityPage() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { kind: asked } = useSearch({ from: "/shell/authorities/new" });
  const [draft, setDraft] = useState(() => readDraft(asked));
  const [at, setAt] = useState(0);
  const [visited, setVisited] = useState(0);
  const heading = useRef<HTMLHeadingElement>(null);
  const cas = useQuery(casQuery);
  const parents = (cas.data?.data ?? []).filter(
    (ca) => ca.issuing_obstacle === "" && ca.path_length !== 0,
  );
  const parent =
    draft.kind === "intermediate"
      ? (parents.find(({ id }) => String(id) === draft.parent) ?? parents[0])
      : undefined;

  const steps = stepsOf(draft.kind);
  const step = steps[Math.min(at, steps.length - 1)] ?? "kind";
  const last = step === "review";
  const problems = problemsOf(draft, parent?.valid_to);
  const elsewhere = draft.kind === "elsewhere";
  const body = bodyOf(draft, parent?.id);
  const ready = problems.length === 0 && (draft.kind !== "intermediate" || parent !== undefined);
  const simulation = useSimulation(body, ready && !elsewhere);
  const simulated = ready && !elsewhere ? simulation.data?.data : undefined;

  const set = (change: Partial<Draft>) => {
    const next = { ...draft, ...change };
    setDraft(next);
    keepDraft(next);
  };
  const go = (index: number) => {
    setAt(index);
    setVisited(Math.max(visited, index));
  };
  // Whoever reads by ear hears which step it is.
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [step]);

  const create = useMutation({
    mutationFn: async () => {
      if (elsewhere) {
        const { data } = await api.post("/cas/requests", { body });
        return { request: data.id, name: data.name };
      }
      const { data } = await api.post("/cas", { body });
      return { authority: data.id, name: data.name };
    },
    onSuccess: async ({ request, authority, name }) => {
      keepDraft(undefined);
      await refreshAuthorities(queries);
      if (request !== undefined) {
        toast(t("offline.made", { name }));
        await navigate({ to: "/authorities/offline" });
      } else {
        toast(t("createCa.done", { name }));
        await navigate({ to: "/authorities/$id", params: { id: String(authority) } });
      }
    },
  });
  // What the server says against it, field by field; while it works, nothing.
  const said =
    create.error instanceof ApiError
      ? create.error.fields
      : ready && !elsewhere && simulation.error instanceof ApiError
        ? simulation.error.fields
        : (simulated?.problems ?? []);
  const refused = (field: string) =>
    said.find((problem) => problem.field.split(/[.[]/)[0] === field)?.reason;
  const hasProblem = (name: (typeof steps)[number], index: number) =>
    (index < visited && problems.some(([, where]) => where === name)) ||
    said.some(({ field }) => stepOfField[field.split(/[.[]/)[0] ?? ""] === name);
  const wrongHere = problems.some(([, where]) => where === step);
  const props: StepProps = {
    draft,
    set,
    parents,
    parent,
    refused,
    // Nobody is told that a field is empty before they had a chance to fill it in.
    wrong: (field) =>
      problems.some(([name]) => name === field) &&
      (draft[field] !== "" || visited > at || create.isError),
  };
  const impossible =
    !elsewhere && (simulated?.verdict === "refused" || simulation.error instanceof ApiError);

  return (
    <Page
      title={t("wizard.title")}
      above={<BackLink to="/authorities">{t("nav.authorities")}</BackLink>}
      lead={t("wizard.lead")}
    >
      <ol className={styles.steps} aria-label={t("wizard.progress")}>
        {steps.map((name, index) => (
          <li
            key={name}
            data-done={index < visited || undefined}
            data-wrong={hasProblem(name, index) || undefined}
          >
            <button
              type="button"
              aria-current={name === step ? "step" : undefined}
              onClick={() => go(index)}
            >
              <i>
                {hasProblem(name, index) ? (
                  <CircleAlert role="img" aria-label={t("template.problem")} />
                ) : index < visited ? (
                  <Check aria-hidden />
                ) : (
                  index + 1
                )}
              </i>
              <span>{t(`wizard.step_${name}`)}</span>
            </button>
          </li>
        ))}
      </ol>
      <div className={styles.columns}>
        <form
          className={styles.card}
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (create.isPending) return;
            if (!last) {
              setVisited(Math.max(visited, at + 1));
              if (!wrongHere) go(at + 1);
            } else if (ready && !impossible) create.mutate();
          }}
        >
          <h2 ref={heading} tabIndex={-1}>
            {t(`wizard.step_${step}`)}
          </h2>
          <Form>
            {step === "kind" && <KindStep {...props} />}
            {step === "subject" && <SubjectStep {...props} />}
            {step === "key" && <KeyStep {...props} />}
            {step === "validity" && <ValidityStep {...props} />}
            {step === "limits" && <LimitsStep {...props} />}
            {step === "addresses" && <AddressesStep {...props} />}
            {last && <ReviewStep {...props} simulated={simulated} />}
            {create.isError && <ErrorNotice error={create.error} />}
          </Form>
          <div className={styles.actions}>
            {last && (
              <CopyCurl
                request={{ method: "POST", path: elsewhere ? "/cas/requests" : "/cas", body }}
              />
            )}
            {at > 0 && <Button onClick={() => go(at - 1)}>{t("setup.back")}</Button>}
            {last ? (
              <Button
                type="submit"
                look="primary"
                needs="write:cas"
                busy={create.isPending}
                blocked={
                  (draft.kind === "intermediate" && !parent && t("createCa.noParent")) ||
                  (!ready && t("wizard.incomplete")) ||
                  (impossible && t("wizard.impossible"))
                }
              >
                {t(elsewhere ? "offline.make" : "createCa.submit")}
              </Button>
            ) : (
              <Button type="submit" look="primary">
                {t("setup.next")}
              </Button>
            )}
          </div>
        </form>
        {!elsewhere && (
          <div className={styles.aside}>
            <h2>{t("verdict.title")}</h2>
            {ready ? (
              <Verdict wanted={body} whole={last} />
            ) : (
              <p className="muted">{t("wizard.notYet")}</p>
            )}
          </div>
        )}
      </div>
    </Page>
  );
}
