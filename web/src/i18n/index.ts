import i18n from "i18next";
import { initReactI18next } from "react-i18next";

import en from "./en.json";

export const languages = [
  { code: "en", name: "English" },
  { code: "de", name: "Deutsch" },
] as const;
export type Language = (typeof languages)[number]["code"];

const key = "certwright.language";

function isLanguage(value: string | null | undefined): value is Language {
  return languages.some(({ code }) => code === value);
}

function preferred(): Language {
  try {
    const saved = localStorage.getItem(key);
    if (isLanguage(saved)) return saved;
  } catch {
    // Storage may be forbidden.
  }
  return navigator.languages.map((tag) => tag.slice(0, 2)).find(isLanguage) ?? "en";
}

// English comes with the first script, as the fallback; other languages are fetched when chosen.
async function load(language: Language) {
  if (i18n.hasResourceBundle(language, "translation")) return;
  if (language === "de") {
    i18n.addResourceBundle("de", "translation", (await import("./de.json")).default);
  }
}

export async function setLanguage(language: Language) {
  await load(language);
  await i18n.changeLanguage(language);
  document.documentElement.lang = language;
  try {
    localStorage.setItem(key, language);
  } catch {
    // The choice then lasts as long as the page.
  }
}

export async function startI18n() {
  const language = preferred();
  await i18n.use(initReactI18next).init({
    resources: { en: { translation: en } },
    lng: "en",
    fallbackLng: "en",
    interpolation: { escapeValue: false },
  });
  if (language !== "en") {
    await load(language);
    await i18n.changeLanguage(language);
  }
  document.documentElement.lang = language;
}

export function currentLanguage(): Language {
  return isLanguage(i18n.language) ? i18n.language : "en";
}

/** For dates and numbers: the region of the browser when it speaks the chosen language. */
export function currentLocale() {
  const language = currentLanguage();
  return navigator.languages.find((tag) => tag.startsWith(language)) ?? language;
}
