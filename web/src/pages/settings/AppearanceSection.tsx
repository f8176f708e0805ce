import { useState } from "react";
import { useTranslation } from "react-i18next";

import { setAppearance, useAppearance, type Density, type Theme } from "../../appearance";
import { Choice } from "../../components/Field";
import { Section } from "../../components/Page";
import { currentLanguage, languages, setLanguage, type Language } from "../../i18n";
import styles from "./Settings.module.css";

export function AppearanceSection() {
  const { t } = useTranslation();
  // Chosen at once, though its words may have to be fetched first.
  const [language, choose] = useState(currentLanguage());
  const appearance = useAppearance();
  return (
    <Section title={t("settings.appearance")} card>
      <div className={styles.form}>
        <Choice<Theme>
          label={t("appearance.theme")}
          value={appearance.theme}
          onChange={(theme) => setAppearance({ theme })}
          options={(["auto", "light", "dark"] as const).map((value) => ({
            value,
            label: t(`appearance.${value}`),
          }))}
        />
        <Choice<Density>
          label={t("appearance.density")}
          value={appearance.density}
          onChange={(density) => setAppearance({ density })}
          options={(["comfortable", "compact"] as const).map((value) => ({
            value,
            label: t(`appearance.${value}`),
          }))}
        />
        <Choice<Language>
          label={t("appearance.language")}
          value={language}
          onChange={(next) => {
            choose(next);
            void setLanguage(next);
          }}
          options={languages.map(({ code, name }) => ({
            value: code,
            label: <span lang={code}>{name}</span>,
          }))}
        />
        <p className="muted">{t("appearance.note")}</p>
      </div>
    </Section>
  );
}
