import type { ReactNode } from "react";

import { Section } from "../../components/Page";
import { Pending } from "../../components/Pending";

interface Answer<Data> {
  data: { data: Data } | undefined;
  error: Error | null;
  refetch: () => Promise<unknown>;
}

/** A section about one answer of the server: until it is there, and when it does not come. */
export function LoadedSection<Data>(props: {
  title: string;
  query: Answer<Data>;
  lines?: number;
  aside?: (data: Data) => ReactNode;
  children: (data: Data) => ReactNode;
}) {
  const { data } = props.query;
  return (
    <Section title={props.title} card aside={data && props.aside?.(data.data)}>
      {data ? props.children(data.data) : <Pending query={props.query} lines={props.lines ?? 4} />}
    </Section>
  );
}
