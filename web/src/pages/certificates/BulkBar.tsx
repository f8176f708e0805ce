import { Ban, Columns2, Download, ListChecks, RefreshCw, Tag, Trash2 } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import type { Certificate } from "../../api";
import { useRestricted } from "../../auth/restricted";
import { Button, ButtonLink } from "../../components/Button";
import { SelectionBar } from "../../components/SelectionBar";
import { formatNumber } from "../../format";
import { BulkDialog, type BulkAction } from "./BulkDialog";
import { ExportDialog } from "./ExportDialog";
import { RevokeMatchingDialog } from "./RevokeMatchingDialog";
import { isFiltered, toApiFilter, type CertificateSearch } from "./search";
import { TagsDialog } from "./TagsDialog";

/** The server takes a hundred at once; more are revoked in the background. */
const most = 100;

export function BulkBar(props: {
  certificates: Certificate[];
  /** What the list shows, and how many that are on all of its pages. */
  search: CertificateSearch;
  matching: number;
  /** Whether there may be more of them: long lists are not counted to the end. */
  orMore: boolean;
  onClear: () => void;
}) {
  const { t } = useTranslation();
  // Revoking in the background is for who sees everything.
  const restricted = useRestricted();
  const [action, setAction] = useState<BulkAction | "export" | "revoke-many" | "tags">();
  const [all, setAll] = useState(false);
  const { certificates } = props;
  const [first, second, third] = certificates;
  const revocable = certificates.filter(
    ({ status }) => status !== "revoked" && status !== "expired",
  );
  const renewable = certificates.filter(
    ({ status, private_key_available }) => status !== "revoked" && private_key_available,
  );
  const deletable = certificates.filter(({ status }) => status === "expired");
  const tooMany = certificates.length > most && t("bulk.tooMany", { most });
  const close = () => setAction(undefined);
  const n = formatNumber(props.matching) + (props.orMore ? "+" : "");

  // All that there is cannot be meant by one press: something must have been asked for.
  if (all && isFiltered(props.search)) {
    return (
      <SelectionBar
        count={props.matching}
        text={t("bulk.allSelected", { n })}
        onClear={props.onClear}
      >
        <Button
          small
          icon={Ban}
          needs="write:certificates"
          onClick={() => setAction("revoke-many")}
        >
          {t("bulk.revokeAll", { n })}
        </Button>
        {action === "revoke-many" && (
          <RevokeMatchingDialog
            wanted={{ filter: toApiFilter(props.search) }}
            count={props.matching}
            orMore={props.orMore}
            onDone={props.onClear}
            onClose={close}
          />
        )}
      </SelectionBar>
    );
  }

  return (
    <SelectionBar count={certificates.length} onClear={props.onClear}>
      <Button
        small
        icon={RefreshCw}
        needs="write:certificates"
        blocked={tooMany || (renewable.length === 0 && t("bulk.noneRenewable"))}
        onClick={() => setAction("renew")}
      >
        {t("bulk.renew", { count: renewable.length })}
      </Button>
      <Button
        small
        icon={Ban}
        needs="write:certificates"
        blocked={(restricted && tooMany) || (revocable.length === 0 && t("bulk.noneRevocable"))}
        onClick={() => setAction(revocable.length > most ? "revoke-many" : "revoke")}
      >
        {t("bulk.revoke", { count: revocable.length })}
      </Button>
      <Button
        small
        icon={Tag}
        needs="write:certificates"
        blocked={tooMany}
        onClick={() => setAction("tags")}
      >
        {t("tags.many")}
      </Button>
      <Button small icon={Download} blocked={tooMany} onClick={() => setAction("export")}>
        {t("bulk.export", { count: certificates.length })}
      </Button>
      <Button
        small
        icon={Trash2}
        needs="delete:certificates"
        blocked={tooMany || (deletable.length === 0 && t("bulk.noneDeletable"))}
        onClick={() => setAction("delete")}
      >
        {t("bulk.delete", { count: deletable.length })}
      </Button>
      {first && second && !third && (
        <ButtonLink
          small
          icon={Columns2}
          to="/certificates/compare"
          search={{ left: first.id, right: second.id }}
        >
          {t("compare.open")}
        </ButtonLink>
      )}
      {!restricted && isFiltered(props.search) && props.matching > certificates.length && (
        <Button small icon={ListChecks} onClick={() => setAll(true)}>
          {t("bulk.allMatching", { n })}
        </Button>
      )}
      {action === "export" ? (
        <ExportDialog certificates={certificates} format="pem" onClose={close} />
      ) : action === "tags" ? (
        <TagsDialog certificates={certificates} onDone={props.onClear} onClose={close} />
      ) : action === "revoke-many" ? (
        <RevokeMatchingDialog
          wanted={{ ids: revocable.map(({ id }) => id) }}
          count={revocable.length}
          onDone={props.onClear}
          onClose={close}
        />
      ) : (
        action && (
          <BulkDialog
            action={action}
            certificates={{ renew: renewable, revoke: revocable, delete: deletable }[action]}
            onDone={props.onClear}
            onClose={close}
          />
        )
      )}
    </SelectionBar>
  );
}
