/** Whether every mode has its page in `dist/renderer`. */
export function arePagesBuilt(): boolean;
/** Builds `dist/renderer`; ends the process when that fails, as there is nothing to go on with. */
export function buildPages(): void;
