import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";

import { api } from "../../api";
import { Button } from "../../components/Button";
import { Chip, Filters as FilterRow, SearchInput } from "../../components/Filters";
import { MenuCheck } from "../../components/Menu";
import { formatChoice, formatDay } from "../../format";
import { useSourceText } from "./columns";
import { tagsQuery } from "./queries";
import {
  isFiltered,
  mergeSearch,
  readQuery,
  sources,
  statuses,
  type CertificateSearch,
} from "./search";

interface FiltersProps {
  search: CertificateSearch;
  onChange: (search: CertificateSearch) => void;
}

/** Free text, and a chip for each filter; all of it stands in the address. */
export function Filters({ search, onChange }: FiltersProps) {
  const { t } = useTranslation();
  const sourceText = useSourceText();
  const cas = useQuery({ queryKey: ["cas", "list"], queryFn: () => api.get("/cas") }).data?.data;
  const tags = useQuery(tagsQuery).data?.data.map(({ name }) => name) ?? [];
  const set = (change: Partial<CertificateSearch>) => {
    const { page: _, ...rest } = { ...search, ...change };
    onChange(rest);
  };
  const { status = [], source, ca, tag = [], before, after } = search;
  const when = (value: string) =>
    value.endsWith("d")
      ? t("certificates.inDays", { count: parseInt(value, 10) })
      : formatDay(value);

  return (
    <FilterRow>
      <SearchInput
        label={t("certificates.search")}
        placeholder={t("certificates.placeholder")}
        value={search.q ?? ""}
        onSearch={(typed) => {
          const { rest, found } = readQuery(typed);
          set({
            ...mergeSearch(search, found),
            q: rest || undefined,
          } as Partial<CertificateSearch>);
          return rest;
        }}
      />
      <Chip
        label={t("column.state")}
        value={status.map((one) => t(`state.${one}`)).join(", ")}
        onRemove={() => set({ status: undefined } as Partial<CertificateSearch>)}
      >
        {statuses.map((one) => (
          <MenuCheck
            key={one}
            many
            checked={status.includes(one)}
            onSelect={() => {
              const next = status.includes(one)
                ? status.filter((s) => s !== one)
                : [...status, one];
              set({ status: next.length > 0 ? next : undefined } as Partial<CertificateSearch>);
            }}
          >
            {t(`state.${one}`)}
          </MenuCheck>
        ))}
      </Chip>
      <Chip
        label={t("column.source")}
        value={source && sourceText(source)}
        onRemove={() => set({ source: undefined } as Partial<CertificateSearch>)}
      >
        {sources.map((one) => (
          <MenuCheck
            key={one}
            checked={source === one}
            onSelect={() =>
              set({ source: source === one ? undefined : one } as Partial<CertificateSearch>)
            }
          >
            {sourceText(one)}
          </MenuCheck>
        ))}
      </Chip>
      {cas && cas.length > 0 && (
        <Chip
          label={t("column.issuer")}
          value={
            ca === undefined ? undefined : (cas.find(({ id }) => id === ca)?.name ?? String(ca))
          }
          onRemove={() => set({ ca: undefined } as Partial<CertificateSearch>)}
        >
          {cas.map((one) => (
            <MenuCheck
              key={one.id}
              checked={ca === one.id}
              onSelect={() =>
                set({ ca: ca === one.id ? undefined : one.id } as Partial<CertificateSearch>)
              }
            >
              {one.name}
            </MenuCheck>
          ))}
        </Chip>
      )}
      {(tags.length > 0 || tag.length > 0) && (
        <Chip
          label={t("column.tags")}
          value={formatChoice(tag)}
          onRemove={() => set({ tag: undefined } as Partial<CertificateSearch>)}
        >
          {[...new Set([...tag, ...tags])].map((one) => (
            <MenuCheck
              key={one}
              many
              checked={tag.includes(one)}
              onSelect={() => {
                const next = tag.includes(one)
                  ? tag.filter((other) => other !== one)
                  : [...tag, one];
                set({ tag: next.length > 0 ? next : undefined } as Partial<CertificateSearch>);
              }}
            >
              {one}
            </MenuCheck>
          ))}
        </Chip>
      )}
      <Chip
        label={t("column.until")}
        value={
          after && before
            ? `${when(after)} – ${when(before)}`
            : before
              ? t("certificates.before", { when: when(before) })
              : after && t("certificates.after", { when: when(after) })
        }
        onRemove={() => set({ before: undefined, after: undefined } as Partial<CertificateSearch>)}
      >
        {[7, 14, 30, 90].map((days) => (
          <MenuCheck
            key={days}
            checked={after === "0d" && before === `${days}d`}
            onSelect={() => set({ after: "0d", before: `${days}d`, sort: "valid_to" })}
          >
            {t("certificates.withinDays", { count: days })}
          </MenuCheck>
        ))}
      </Chip>
      {isFiltered(search) && (
        <Button look="ghost" onClick={() => onChange(search.sort ? { sort: search.sort } : {})}>
          {t("certificates.clearFilters")}
        </Button>
      )}
    </FilterRow>
  );
}
