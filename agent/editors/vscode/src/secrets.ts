// What goes into the log: everything but tokens.

/** Servers' tokens are 64 hexadecimal digits; they also stand in addresses and headers. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/(token=|Bearer\s+)[^\s"'&]+/gi, "$1***")
    .replace(/\b[0-9a-f]{64}\b/gi, "***");
}
