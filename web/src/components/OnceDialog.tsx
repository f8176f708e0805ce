import type { ReactNode } from "react";

import { Button } from "./Button";
import { Dialog } from "./Dialog";

/** What is shown this once, so nothing but the button closes it. */
export function OnceDialog(props: {
  title: string;
  lead: string;
  /** The words on the button. */
  done: string;
  onClose: () => void;
  children: ReactNode;
}) {
  const { done, ...dialog } = props;
  return (
    <Dialog
      {...dialog}
      locked
      footer={
        <Button look="primary" onClick={props.onClose}>
          {done}
        </Button>
      }
    />
  );
}
