/** French. */
import type { MailWords } from '../words.js'

export const fr: MailWords = {
  locale: 'fr-FR',
  customer: {
    confirmed: {
      state: 'Confirmée',
      subject: (what) => withWhat('Réservation confirmée', what),
      heading: 'Votre réservation est confirmée',
      text: 'Voici ce qui est à vous.',
      calendar: 'L’invitation jointe l’ajoute à votre agenda.',
    },
    changed: {
      state: 'Modifiée',
      subject: (what) => withWhat('Réservation modifiée', what),
      heading: 'Votre réservation a été modifiée',
      text: 'Voici ce que vous avez réservé désormais.',
      calendar: 'L’invitation jointe met votre agenda à jour.',
    },
    cancelled: {
      state: 'Annulée',
      subject: (what) => withWhat('Réservation annulée', what),
      heading: 'Votre réservation est annulée',
      text: 'Ce qui suit n’est plus réservé pour vous.',
      calendar: 'La pièce jointe le retire de votre agenda.',
    },
    expired: {
      state: 'Non réservé',
      subject: (what) => withWhat('Votre option a expiré', what),
      heading: 'Votre option a expiré',
      text: 'Elle n’a pas été confirmée à temps et est de nouveau en vente. Vous n’avez rien réservé.',
      calendar: '',
    },
    released: {
      state: 'Non réservé',
      subject: (what) => withWhat('Votre option a été levée', what),
      heading: 'Votre option a été levée',
      text: 'Elle est de nouveau en vente. Vous n’avez rien réservé.',
      calendar: '',
    },
    refund_due: {
      state: 'Remboursement',
      subject: (what) => withWhat('Un remboursement vous est dû', what),
      heading: 'Un remboursement vous est dû',
      text: 'Votre paiement n’est plus nécessaire. Le vendeur va le rembourser ; vous n’avez rien à faire.',
      calendar: '',
    },
  },
  blockCutOff: {
    state: 'Échéance proche',
    subject: (block, date) => `Échéance le ${date} : ${block}`,
    heading: 'L’échéance d’un contingent approche',
    text: (rooms) =>
      rooms === 1
        ? 'Une nuitée n’a pas encore été prise. Elle sera remise en vente à l’échéance.'
        : `${rooms} nuitées n’ont pas encore été prises. Elles seront remises en vente à l’échéance.`,
    block: 'Contingent',
    cutOff: 'Échéance',
    nights: 'Nuits',
    left: 'Non prises',
  },
  deadLetters: {
    state: 'Non remis',
    subject: (count) =>
      count === 1 ? 'Un avis n’a pas été remis' : `${count} avis n’ont pas été remis`,
    heading: 'Des avis n’ont pas été remis',
    text: 'Ils ne seront pas renvoyés d’eux-mêmes. Consultez-les, corrigez la cause, puis renvoyez-les.',
    undelivered: 'Non remis',
    since: 'Depuis',
  },
  greeting: (name) => (name === undefined ? 'Bonjour,' : `Bonjour ${name},`),
  nights: (count) => (count <= 1 ? `${count} nuit` : `${count} nuits`),
  span: (from, to) => `du ${from} au ${to}`,
  reservation: 'Réservation',
  payment: 'Paiement',
  footer: (listing) =>
    `Vous recevez ce message parce qu’une réservation a été faite avec cette adresse chez ${listing}.`,
  staffFooter: (listing) => `Vous recevez ce message parce que vous vous occupez de ${listing}.`,
}

function withWhat(sentence: string, what: string): string {
  return what === '' ? sentence : `${sentence} : ${what}`
}
