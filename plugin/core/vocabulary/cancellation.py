"""The customer means to end the contract or to go to somebody else; one order cancelled is not meant."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.core.vocabulary.listed import listed

WORDS: Mapping[str, tuple[str, ...]] = {
    "en": listed("""
        cancel my subscription; cancel our subscription; cancelling my subscription; canceling my subscription;
        cancel the subscription; cancel my contract; cancel our contract; cancelling our contract; cancel my membership;
        cancelling my membership; cancel my account; cancel our account; cancel my plan; cancel our plan;
        cancel our licen*; cancel my policy; cancel your service; cancelling your service; terminate my contract;
        terminate our contract; terminate the contract; terminate our agreement; terminate my subscription;
        termination notice; notice of termination; close my account for good; closing our account; end our contract;
        end my subscription; end our subscription; stop my subscription; won't renew; not be renewing;
        won't be renewing; switch to a competitor; switching to a competitor; move to a competitor;
        moving to a competitor; switch provider*; switching provider*; switch to another provider;
        move to another provider; moving to another provider; find another provider; switch to another supplier;
        move to another supplier; take our business elsewhere; take my business elsewhere;
        taking our business elsewhere; taking my business elsewhere; leaving you for; cancel the service;
        cancel the contract; cancel the membership; will not renew; not to renew; do not wish to renew;
        don't wish to renew; do not want to renew; don't want to renew; decided against renewing
    """),
    "pt": listed("""
        cancelar a minha subscrição; cancelar a subscrição; cancelar a assinatura; cancelar a minha assinatura;
        cancelar minha assinatura; cancelamento da assinatura; cancelamento da subscrição; cancelar o contrato;
        cancelar o meu contrato; cancelar meu contrato; cancelar o nosso contrato; cancelamento do contrato;
        cancelar o meu plano; cancelar meu plano; cancelar o plano; cancelar a conta; encerrar a minha conta;
        encerrar minha conta; encerrar a conta; rescindir o contrato; rescindir o nosso contrato; rescisão do contrato;
        rescisão contratual; denunciar o contrato; terminar o contrato; terminar o nosso contrato;
        fim do nosso contrato; não vou renovar; não vamos renovar; não renovaremos; mudar de fornecedor;
        mudar de operadora; mudar de prestador; mudar para a concorrência; mudar para um concorrente;
        ir para a concorrência; trocar de fornecedor; trocar de operadora; procurar outro fornecedor;
        mudar para outro fornecedor; deixar de ser cliente; deixo de ser cliente; rescindir o meu contrato;
        rescindir meu contrato; rescindir contrato; não queremos renovar; não quero renovar
    """),
    "es": listed("""
        cancelar mi suscripción; cancelar la suscripción; cancelar nuestra suscripción; cancelación de la suscripción;
        cancelación de mi suscripción; cancelar mi contrato; cancelar el contrato; cancelar nuestro contrato;
        cancelación del contrato; cancelar mi plan; cancelar mi cuenta; dar de baja mi cuenta;
        dar de baja mi suscripción; dar de baja el servicio; dar de baja el contrato; solicito la baja;
        tramitar la baja; baja definitiva; baja del servicio; rescindir el contrato; rescindir nuestro contrato;
        rescisión del contrato; resolver el contrato; terminar el contrato; terminar nuestro contrato; no voy a renovar;
        no vamos a renovar; no renovaré; no renovaremos; cambiar de proveedor; cambiar de compañía;
        cambiarme de compañía; cambiarnos de proveedor; irme a la competencia; irnos a la competencia;
        pasarme a la competencia; buscar otro proveedor; irme con otro proveedor; cambiar a otro proveedor;
        dejar de ser cliente; dejo de ser cliente; dejaré de ser cliente; dar de baja mi contrato;
        dar de baja nuestro contrato; darme de baja; darnos de baja; no queremos renovar; no quiero renovar
    """),
    "fr": listed("""
        résilier mon abonnement; résilier l'abonnement; résilier notre abonnement; résiliation de mon abonnement;
        résiliation de l'abonnement; annuler mon abonnement; annuler notre abonnement; arrêter mon abonnement;
        mettre fin à mon abonnement; résilier mon contrat; résilier le contrat; résilier notre contrat;
        résiliation de mon contrat; résiliation du contrat; résiliation de notre contrat; lettre de résiliation;
        demande de résiliation; mettre fin au contrat; mettre fin à notre contrat; mettre fin à mon contrat;
        rompre le contrat; clôturer mon compte; clôture de mon compte; fermer définitivement mon compte;
        ne pas renouveler; ne renouvellerai pas; ne renouvellerons pas; ne souhaite pas renouveler;
        ne souhaitons pas renouveler; pas reconduire; non-reconduction; changer de fournisseur; changer de prestataire;
        changer d'opérateur; passer à la concurrence; partir à la concurrence; aller à la concurrence;
        aller chez un concurrent; partir chez un concurrent; passer chez un concurrent; chercher un autre prestataire;
        chercher un autre fournisseur; aller chez un autre fournisseur; aller chez un autre prestataire;
        résilie mon abonnement; résilie mon contrat; résilie le contrat
    """),
    "de": listed("""
        abo kündigen; abonnement kündigen; abo zu kündigen; abonnement zu kündigen; kündige mein abo;
        kündige mein abonnement; kündigung meines abos; kündigung meines abonnements; vertrag kündigen;
        vertrag zu kündigen; kündige meinen vertrag; kündige den vertrag; kündigen unseren vertrag;
        kündigen den vertrag; kündigung meines vertrags; kündigung des vertrags; kündigung unseres vertrags;
        vertragskündigung; fristlose kündigung; fristlos kündigen; kündige hiermit; hiermit kündige; kündigen hiermit;
        hiermit kündigen; außerordentliche kündigung; sonderkündigungsrecht; mitgliedschaft kündigen;
        mitgliedschaft zu kündigen; kündige meine mitgliedschaft; konto endgültig löschen; konto endgültig schließen;
        vertrag beenden; vertrag auflösen; vom vertrag zurücktreten; rücktritt vom vertrag; nicht verlängern;
        nicht mehr verlängern; anbieter wechseln; anbieterwechsel; zu einem anderen anbieter; zu einem mitbewerber;
        wechseln zur konkurrenz; wechsle zur konkurrenz; zur konkurrenz wechseln; gehe zur konkurrenz;
        zur konkurrenz gehen; zu einem konkurrenten; zum wettbewerber; ich kündige
    """),
    "it": listed("""
        disdire l'abbonamento; disdire il mio abbonamento; disdire il contratto; disdire il mio contratto;
        disdetta dell'abbonamento; disdetta del contratto; disdetta del servizio; dare disdetta; invio disdetta;
        cancellare l'abbonamento; cancellare il mio abbonamento; annullare l'abbonamento; annullare il mio abbonamento;
        annullare il contratto; annullare il mio contratto; interrompere l'abbonamento; recedere dal contratto;
        recesso dal contratto; diritto di recesso dal contratto; rescindere il contratto; rescissione del contratto;
        risolvere il contratto; risoluzione del contratto; terminare il contratto; chiudere il contratto;
        chiudere definitivamente il mio account; chiudere il mio account; chiudere definitivamente il conto;
        non rinnovare; non rinnoverò; non rinnoveremo; non intendo rinnovare; non intendiamo rinnovare; mancato rinnovo;
        cambiare fornitore; cambiare operatore; cambiare gestore; passare alla concorrenza; passare a un concorrente;
        andare dalla concorrenza; passo alla concorrenza; passiamo alla concorrenza; cercare un altro fornitore;
        passare a un altro fornitore; passare a un altro gestore; dare la disdetta; do la disdetta; do disdetta;
        diamo disdetta; comunico la disdetta
    """),
    "nl": listed("""
        abonnement opzeggen; abonnement op te zeggen; abonnement stopzetten; abonnement stop te zetten;
        abonnement beëindigen; abonnement annuleren; opzegging van mijn abonnement; zeg mijn abonnement op;
        zeg hierbij mijn abonnement; contract opzeggen; contract op te zeggen; contract beëindigen;
        contract te beëindigen; contract ontbinden; contract te ontbinden; contract annuleren;
        opzegging van mijn contract; opzegging van ons contract; opzegging van het contract; zeg mijn contract op;
        zeg hierbij mijn contract; zeggen ons contract op; overeenkomst opzeggen; overeenkomst te beëindigen;
        overeenkomst beëindigen; overeenkomst ontbinden; ontbinding van de overeenkomst; ontbinding van het contract;
        lidmaatschap opzeggen; lidmaatschap op te zeggen; zeg mijn lidmaatschap op; hierbij zeg ik; per direct opzeggen;
        account definitief opheffen; account definitief sluiten; niet verlengen; niet te verlengen; niet meer verlengen;
        overstappen naar een andere; overstappen naar de concurrent; stap over naar de concurrent; naar de concurrent;
        van leverancier wisselen; naar een andere leverancier; naar een andere aanbieder; naar een andere provider
    """),
}
