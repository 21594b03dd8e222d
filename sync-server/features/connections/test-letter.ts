/** The letter that tries e-mail, in the languages of headquarters. */
export const testLetter = ({ name }: { readonly name: string }) => ({
  subject: 'Прилавок: проверка почты / Prilavok: test letter',
  text: [
    `${name}, это письмо отправил сервер Прилавка, потому что вы попросили проверить почту. Она работает.`,
    '',
    `${name}, the Prilavok server sent this letter because you asked it to test e-mail. It works.`,
  ].join('\n'),
});
