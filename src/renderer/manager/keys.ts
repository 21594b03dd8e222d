/** Every key of a manager's screens, in the order the help lists them. `manager:keys.<name>` says what each does. */
export const MANAGER_KEYS = [
  [
    'list',
    [
      ['search', 'F2'],
      ['tab', '1–4'],
      ['walk_tabs', '← →'],
      ['create', 'F4'],
    ],
  ],
  [
    'wizard',
    [
      ['next', 'Ctrl+Enter'],
      ['step', 'Alt+1–4'],
      ['back_step', 'Alt+←'],
      ['appliance', 'F4'],
      ['leave', 'Esc'],
    ],
  ],
  ['everywhere', [['help', '?']]],
] as const;
