/** What long runs of `npm run fuzz` found, each mended. */
export const finds: readonly { readonly what: string; readonly hex: string }[] = [];
