import { Plus } from "lucide-react";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";

import { BackLink } from "../../../components/BackLink";
import { Button } from "../../../components/Button";
import { Page } from "../../../components/Page";
import { Calendar } from "./Calendar";
import { Elsewhere } from "./Elsewhere";
import { Waiting } from "./Waiting";

/** Authorities whose signer is not on this server: what leaves, what comes back, and when. */
export function OfflinePage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <Page
      title={t("offline.title")}
      above={<BackLink to="/authorities">{t("nav.authorities")}</BackLink>}
      lead={t("offline.lead")}
      actions={
        <Button
          look="primary"
          icon={Plus}
          needs="write:cas"
          onClick={() => void navigate({ to: "/authorities/new", search: { kind: "elsewhere" } })}
        >
          {t("offline.make")}
        </Button>
      }
    >
      <Waiting />
      <Elsewhere />
      <Calendar />
    </Page>
  );
}
