import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { ErrorNotice } from "./ErrorNotice";

/** Asks once more before something is gone for good. What `remove` throws is shown. */
export function DeleteDialog(props: {
  title: string;
  lead?: string | undefined;
  submit?: string;
  remove: () => Promise<unknown>;
  onClose: () => void;
  children?: ReactNode;
}) {
  const { t } = useTranslation();
  const remove = useMutation({ mutationFn: props.remove });
  return (
    <Dialog
      title={props.title}
      lead={props.lead}
      size="small"
      locked={remove.isPending}
      onSubmit={() => remove.mutate()}
      onClose={props.onClose}
      footer={
        <>
          <Button onClick={props.onClose}>{t("common.cancel")}</Button>
          <Button type="submit" look="danger" busy={remove.isPending}>
            {props.submit ?? t("request.deleteSubmit")}
          </Button>
        </>
      }
    >
      {props.children}
      {remove.isError && <ErrorNotice error={remove.error} />}
    </Dialog>
  );
}
