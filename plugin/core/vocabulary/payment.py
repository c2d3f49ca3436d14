"""Money was taken wrongly, is disputed with the bank, or somebody else uses the means of payment."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.core.vocabulary.listed import listed

WORDS: Mapping[str, tuple[str, ...]] = {
    "en": listed("""
        charged twice; charged me twice; charged double; charged three times; double charge; double charged;
        double charges; double billed; billed twice; billed me twice; duplicate charge*; duplicate payment*;
        debited twice; paid twice; payment taken twice; chargeback*; charge back with my bank; dispute the charge;
        disputing the charge; disputed the charge; disputed charge*; dispute this payment; unauthorised payment*;
        unauthorized payment*; unauthorised charge*; unauthorized charge*; unauthorised transaction*;
        unauthorized transaction*; did not authorise; did not authorize; didn't authorise; didn't authorize;
        never authorised; never authorized; fraudulent charge*; fraudulent transaction*; fraudulent payment*;
        payment fraud; card fraud; credit card fraud; stolen card; card was stolen; card details were stolen;
        charged without my permission; took money without; money was taken from my account;
        money has been taken from my account; overcharged; wrong amount charged; charged the wrong amount;
        charged after i cancelled; charged after cancelling; still being charged; reported it to my bank;
        bank reversed the payment; bank account was emptied; paid but never received; iban was changed;
        identical charges; taken twice; took the money twice; charged two times; billed two times; payment two times;
        charge i did not make; charge i didn't make; payment i did not make; payment i didn't make;
        do not recognise this charge; do not recognize this charge; don't recognise this charge;
        don't recognize this charge; charge i do not recognise; charge i do not recognize; charge i don't recognise;
        charge i don't recognize
    """),
    "pt": listed("""
        cobrado duas vezes; cobrada duas vezes; cobraram duas vezes; cobraram-me duas vezes; me cobraram duas vezes;
        cobrança duplicada; cobranças duplicadas; cobrança em duplicado; cobrado em duplicado; cobrado em dobro;
        cobrança em dobro; debitado duas vezes; debitaram duas vezes; pagamento em duplicado; pagamento duplicado;
        paguei duas vezes; estorno no banco; chargeback*; contestei a cobrança; contestar a cobrança;
        contestar o pagamento; contestei o pagamento; contestar a compra no banco; pagamento não autorizado;
        pagamentos não autorizados; cobrança não autorizada; débito não autorizado; transação não autorizada;
        transações não autorizadas; compra não autorizada; não autorizei; nunca autorizei; cobrança indevida;
        cobranças indevidas; cobrado indevidamente; cobraram indevidamente; débito indevido; fraude no cartão;
        fraude com cartão; cartão clonado; clonaram o meu cartão; clonaram meu cartão; cartão roubado;
        cartão foi roubado; pagamento fraudulento; transação fraudulenta; burla no pagamento; cobraram a mais;
        cobrado a mais; valor errado cobrado; cobraram o valor errado; retiraram dinheiro da minha conta;
        tiraram dinheiro da minha conta; cobrado depois de cancelar; continuam a cobrar; continuam cobrando;
        comuniquei ao banco; valor em duplicado; não reconheço esta cobrança; não reconheço este débito;
        não reconheço este pagamento; cobrança que não reconheço; débito que não reconheço; compra que não fiz;
        pagamento que não fiz
    """),
    "es": listed("""
        cobrado dos veces; me cobraron dos veces; cobraron dos veces; me han cobrado dos veces; cobro doble;
        doble cobro; cobro duplicado; cobros duplicados; cargo duplicado; cargos duplicados; doble cargo;
        cargado dos veces; pago duplicado; pagué dos veces; contracargo*; chargeback*; disputar el cargo;
        disputé el cargo; impugnar el cargo; reclamar el cargo al banco; devolución por el banco; pago no autorizado;
        pagos no autorizados; cargo no autorizado; cargos no autorizados; cobro no autorizado;
        transacción no autorizada; transacciones no autorizadas; compra no autorizada; no autoricé; nunca autoricé;
        no he autorizado; cobro indebido; cobros indebidos; cargo indebido; cargos indebidos; cobrado indebidamente;
        cargo fraudulento; cargos fraudulentos; transacción fraudulenta; pago fraudulento; fraude con tarjeta;
        fraude con mi tarjeta; tarjeta clonada; clonaron mi tarjeta; tarjeta robada; robaron mi tarjeta;
        me robaron la tarjeta; me cobraron de más; cobrado de más; importe equivocado cobrado;
        me cobraron un importe incorrecto; sacaron dinero de mi cuenta; retiraron dinero de mi cuenta;
        me siguen cobrando; siguen cobrándome; cobrado después de cancelar; avisé a mi banco; cargo que no reconozco;
        cobro que no reconozco; no reconozco este cargo; no reconozco este cobro; cobro que yo no hice;
        cargo que yo no hice; compra que no hice; pago que no hice
    """),
    "fr": listed("""
        débité deux fois; débitée deux fois; débité à deux reprises; prélevé deux fois; prélevée deux fois;
        prélèvement en double; double prélèvement; doublement prélevé; facturé deux fois; facturée deux fois;
        facturation en double; double facturation; double débit; paiement en double; double paiement; payé deux fois;
        rétrofacturation; chargeback*; contester le paiement; contesté le paiement; conteste ce prélèvement;
        contester ce prélèvement; contester le prélèvement; opposition au paiement; opposition sur ma carte;
        opposition au prélèvement; paiement non autorisé; paiements non autorisés; prélèvement non autorisé;
        prélèvements non autorisés; débit non autorisé; transaction non autorisée; transactions non autorisées;
        achat non autorisé; pas autorisé ce paiement; pas autorisé ce prélèvement; jamais autorisé ce paiement;
        jamais autorisé ce prélèvement; jamais autorisé cet achat; prélèvement frauduleux; paiement frauduleux;
        transaction frauduleuse; débit frauduleux; fraude à la carte; fraude bancaire; carte volée; carte a été volée;
        vol de ma carte; carte piratée; surfacturé; surfacturation; prélevé à tort; débité à tort; facturé à tort;
        montant prélevé est faux; montant débité est faux; argent a été retiré de mon compte;
        prélevé après la résiliation; toujours prélevé; continue d'être prélevé; prévenu ma banque;
        prélèvement que je ne reconnais pas; paiement que je ne reconnais pas; débit que je ne reconnais pas;
        ne reconnais pas ce prélèvement; ne reconnais pas ce paiement; achat que je n'ai pas fait;
        paiement que je n'ai pas fait
    """),
    "de": listed("""
        doppelt abgebucht; zweimal abgebucht; doppelte abbuchung; zweimal belastet; doppelt belastet; doppelt berechnet;
        zweimal berechnet; doppelt bezahlt; zweimal bezahlt; doppelt eingezogen; zweimal eingezogen; doppelzahlung;
        doppelabbuchung*; rückbuchung; rückbuchungen; rücklastschrift*; chargeback*; lastschrift zurückgegeben;
        lastschrift zurückgehen; zahlung anfechten; abbuchung angefochten; abbuchung bei der bank reklamiert;
        zahlung bei der bank reklamiert; nicht autorisierte zahlung; nicht autorisierten zahlung;
        nicht autorisierte abbuchung; nicht autorisierten abbuchung; nicht autorisierte transaktion;
        unautorisierte zahlung*; unautorisierte abbuchung*; unberechtigte abbuchung; unberechtigte abbuchungen;
        unberechtigt abgebucht; nie autorisiert; nicht von mir autorisiert; zu unrecht abgebucht; zu unrecht belastet;
        ohne erlaubnis abgebucht; ohne meine erlaubnis abgebucht; betrügerische abbuchung; betrügerische zahlung;
        betrügerische transaktion; kreditkartenbetrug; kartenbetrug; zahlungsbetrug; gestohlene karte;
        karte wurde gestohlen; kreditkarte wurde gestohlen; kartendaten gestohlen; zu viel abgebucht; zu viel berechnet;
        falscher betrag abgebucht; falschen betrag abgebucht; trotz kündigung abgebucht; nach der kündigung abgebucht;
        weiterhin abgebucht; konto wurde leergeräumt; kenne diese abbuchung nicht; abbuchung die ich nicht;
        zahlung die ich nicht; unbekannte abbuchung; unbekannte abbuchungen
    """),
    "it": listed("""
        addebitato due volte; addebitata due volte; addebitati due volte; addebito doppio; doppio addebito;
        addebito duplicato; addebiti duplicati; pagamento duplicato; doppio pagamento; pagato due volte;
        fatturato due volte; storno bancario; chargeback*; contestare l'addebito; contestato l'addebito;
        contesto l'addebito; contestare il pagamento; contestato il pagamento; disconoscere il pagamento;
        disconosco il pagamento; disconoscimento dell'operazione; pagamento non autorizzato; pagamenti non autorizzati;
        addebito non autorizzato; addebiti non autorizzati; transazione non autorizzata; transazioni non autorizzate;
        operazione non autorizzata; acquisto non autorizzato; non ho autorizzato; non ho mai autorizzato;
        mai autorizzato; addebito indebito; addebiti indebiti; addebitato per errore; addebitato ingiustamente;
        addebito fraudolento; addebiti fraudolenti; pagamento fraudolento; transazione fraudolenta; frode con carta;
        frode sulla carta; carta clonata; clonato la carta; clonato la mia carta; carta rubata; rubato la carta;
        addebitato di più del dovuto; importo sbagliato addebitato; addebitato un importo sbagliato;
        soldi prelevati dal mio conto; prelevato soldi dal mio conto; continuate ad addebitarmi;
        addebitato dopo la disdetta; avvisato la banca; addebito che non riconosco; pagamento che non riconosco;
        non riconosco questo addebito; non riconosco questo pagamento; acquisto che non ho fatto;
        pagamento che non ho fatto
    """),
    "nl": listed("""
        dubbel afgeschreven; twee keer afgeschreven; tweemaal afgeschreven; dubbele afschrijving*;
        dubbel in rekening gebracht; twee keer in rekening gebracht; dubbel betaald; twee keer betaald;
        tweemaal betaald; dubbele betaling; dubbel geïncasseerd; twee keer geïncasseerd; dubbele incasso;
        dubbel gefactureerd; chargeback*; terugboeking via de bank; gestorneerd; storneren; storneer; betaling betwist;
        betwist de afschrijving; betwist deze betaling; afschrijving betwisten; betaling betwisten;
        ongeautoriseerde betaling*; ongeautoriseerde afschrijving*; ongeautoriseerde transactie*;
        niet geautoriseerde betaling; niet geautoriseerde afschrijving; geen toestemming voor de afschrijving;
        geen toestemming voor deze afschrijving; zonder toestemming afgeschreven; onterecht afgeschreven;
        onterechte afschrijving*; onterecht in rekening gebracht; onterechte incasso; ten onrechte afgeschreven;
        frauduleuze betaling*; frauduleuze transactie*; frauduleuze afschrijving*; creditcardfraude; betaalfraude;
        bankfraude; gestolen creditcard; creditcard is gestolen; gestolen pinpas; pinpas is gestolen; pas is gestolen;
        te veel afgeschreven; te veel in rekening gebracht; verkeerd bedrag afgeschreven;
        geld van mijn rekening gehaald; rekening leeggehaald; na opzegging afgeschreven; blijven afschrijven;
        nog steeds afgeschreven; mijn bank ingelicht; bij de bank gemeld; afschrijving die ik niet herken;
        betaling die ik niet herken; herken deze afschrijving niet; herken deze betaling niet;
        betaling die ik niet heb gedaan
    """),
}
