import { defineTexts } from '../../language.ts';

export const healthTexts = defineTexts({
  en: {
    title: 'Health',
    again: 'Check again',
    checking: 'Checking…',
    allWell: 'Everything is in order.',
    counts: { fail: 'Problems', warn: 'To look at', unknown: 'Not known yet', pass: 'In order' },
    found: 'What was found',
    fix: 'What to do',
  },
  es: {
    title: 'Estado',
    again: 'Comprobar de nuevo',
    checking: 'Comprobando…',
    allWell: 'Todo está en orden.',
    counts: { fail: 'Problemas', warn: 'Por revisar', unknown: 'Aún no se sabe', pass: 'Correcto' },
    found: 'Qué se ha encontrado',
    fix: 'Qué hacer',
  },
});
