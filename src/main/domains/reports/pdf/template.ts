/** Raised with every change of the drawing: what was given out before keeps the hash that it had. */
export const TEMPLATE = 2;
