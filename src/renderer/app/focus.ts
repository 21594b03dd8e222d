/**
 * As a `ref`: the element has the focus from its first moment. For the one thing a step of a flow asks for; dialogs have
 * `data-autofocus`.
 */
export const focusOnMount = (element: HTMLElement | null): void => element?.focus();
