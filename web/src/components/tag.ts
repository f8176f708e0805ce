/** As the server stores it, in lower case and without spaces around it; nothing when it is no tag. */
export function readTag(text: string): string | undefined {
  const tag = text.trim().toLowerCase();
  return /^[a-z0-9]([a-z0-9 \-_.:/@]{0,62}[a-z0-9])?$/.test(tag) ? tag : undefined;
}
