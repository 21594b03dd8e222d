const LIKE_SPECIAL = /[\\%_]/g;
const escaped = (text: string): string => text.replace(LIKE_SPECIAL, String.raw`\$&`);

/** A pattern for (I)LIKE that finds the text anywhere; signs of a pattern in it are letters. */
export const likeAnywhere = (text: string): string => `%${escaped(text)}%`;
/** The same at the beginning only. */
export const likeBeginning = (text: string): string => `${escaped(text)}%`;
