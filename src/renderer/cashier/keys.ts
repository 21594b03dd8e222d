/** Every key of the till, in the order the help lists them. `cashier:keys.<name>` says what each does. */
export const CASHIER_KEYS = [
  [
    'find',
    [
      ['search', 'F2'],
      ['scan', ''],
      ['sales', 'F6'],
      ['shift', 'F5'],
    ],
  ],
  [
    'cart',
    [
      ['select', '↑ ↓'],
      ['more', '+ −'],
      ['quantity', '*'],
      ['discount', 'F8'],
      ['receipt_discount', 'Shift+F8'],
      ['remove', 'Del'],
      ['clear', 'Shift+Del'],
      ['undo', 'Ctrl+Z'],
      ['park', 'F4'],
    ],
  ],
  [
    'pay',
    [
      ['card', 'F10'],
      ['cash', 'F9'],
      ['mixed', 'F7'],
      ['contact', 'F3'],
      ['confirm', 'Enter'],
      ['back', 'Esc'],
    ],
  ],
  [
    'desk',
    [
      ['desk_section', '1–8'],
      ['desk_walk', '↑ ↓'],
      ['desk_count', '↑ ↓'],
      ['desk_accept', 'Ctrl+Enter'],
      ['desk_reject', 'Ctrl+Del'],
      ['desk_back', 'Esc'],
    ],
  ],
] as const;
