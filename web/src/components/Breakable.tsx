import { Fragment } from "react";

/** Long names break after a colon, a slash or a dot, not inside of a byte or a word. */
export function Breakable(props: { text: string }) {
  return props.text.split(/(?<=[:/.])/).map((part, index) => (
    <Fragment key={index}>
      {part}
      <wbr />
    </Fragment>
  ));
}
