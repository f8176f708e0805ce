/** Whether this looks like an e-mail address; the mail server knows better. */
export function isEmail(text: string) {
  return /^[^\s@]+@[^\s@]+$/.test(text.trim());
}

/** The same of a field that may stay empty. */
export function isEmailOrEmpty(text: string) {
  return text.trim() === "" || isEmail(text);
}
