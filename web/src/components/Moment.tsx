import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";

import { formatDay, formatMoment, formatRelative, formatUtc } from "../format";
import { Tooltip } from "./Tooltip";

type When = string | null | undefined;

/** A moment as people say it; hovering shows the exact one, in local time and UTC. */
export function Moment(props: { at: When; as?: "relative" | "day" | "full" }) {
  useTranslation(); // follow the language
  const [, tick] = useState(0);
  const relative = (props.as ?? "relative") === "relative";
  useEffect(() => {
    if (!relative) return;
    const timer = setInterval(() => tick((n) => n + 1), 30_000);
    return () => clearInterval(timer);
  }, [relative]);

  if (!props.at) return <span className="faint">–</span>;
  const text =
    props.as === "day"
      ? formatDay(props.at)
      : props.as === "full"
        ? formatMoment(props.at)
        : formatRelative(props.at);
  return (
    <Tooltip
      text={
        <span className="num">
          {formatMoment(props.at)}
          <br />
          {formatUtc(props.at)}
        </span>
      }
    >
      <time dateTime={props.at} className="num">
        {text}
      </time>
    </Tooltip>
  );
}
