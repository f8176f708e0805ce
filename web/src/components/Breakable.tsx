import { Fragment } from "react";

/** Long names break after a colon, a slash, a dot or an at sign, not inside of a byte or a word. */
export function Breakable(props: { text: string }) {
  return props.text.split(/(?<=[:/.@])/).map((part, index) => (
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ));
}
