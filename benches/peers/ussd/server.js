// The SEN menu of the Mali pack on ussd-menu-builder and express: menu, theme, place, women, men, confirm.
//
// As its README says: one menu for the process, run for each call. It saves nothing, neither draft nor report: what was
// typed before comes back with every call of Africa's Talking. WORKERS processes share the port.
'use strict';
const cluster = require('cluster');
const express = require('express');
const UssdMenu = require('ussd-menu-builder');

const workers = Number(process.env.WORKERS || 1);

if (cluster.isPrimary && workers > 1) {
    for (let rank = 0; rank < workers; rank += 1) cluster.fork();
    process.on('SIGTERM', () => process.exit(0));
} else {
    serve(Number(process.env.PORT));
}

function serve(port) {
    const menu = senMenu();
    const app = express();
    app.disable('x-powered-by');
    app.disable('etag');
    app.use(express.urlencoded({ extended: false }));
    app.post('/in/:channel/:key/ussd', (request, response) => {
        menu.run(request.body, (answer) => response.type('text/plain').send(answer));
    });
    app.listen(port, '127.0.0.1');
}

function senMenu() {
    const menu = new UssdMenu();
    const themes = 'Theme?\n1 Allaitement\n2 Alimentation enfant\n3 Depistage PB\n4 Hygiene\n5 Vitamine A\n6 Autre';
    const places = 'Lieu?\n1 Mosquee\n2 Eglise\n3 Marche\n4 Ecole\n5 Radio\n6 Domicile';
    menu.startState({ run: () => menu.con('relais\n1 Sensibilisation\n2 Alerte'), next: { 1: 'theme' } });
    menu.state('theme', { run: () => menu.con(themes), next: { '*^[1-6]$': 'place' } });
    menu.state('place', { run: () => menu.con(places), next: { '*^[1-6]$': 'women' } });
    menu.state('women', { run: () => menu.con('Combien de femmes?'), next: { '*^\\d{1,4}$': 'men' } });
    menu.state('men', { run: () => menu.con("Combien d'hommes?"), next: { '*^\\d{1,4}$': 'confirm' } });
    menu.state('confirm', {
        run: () => {
            const [, theme, place, women, men] = menu.args.text.split('*');
            menu.con(`SEN: theme ${theme}, lieu ${place}, ${women} femmes, ${men} hommes.\n1 Envoyer\n2 Annuler`);
        },
        next: { 1: 'sent', 2: 'dropped' },
    });
    menu.state('sent', { run: () => menu.end('Merci. SEN recu.') });
    menu.state('dropped', { run: () => menu.end('Rien n\'est envoye.') });
    return menu;
}
