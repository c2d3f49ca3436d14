"""Somebody speaks of lawyers, courts, authorities or the press as the next step."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.core.vocabulary.listed import listed

WORDS: Mapping[str, tuple[str, ...]] = {
    "en": listed("""
        my lawyer*; our lawyer*; my attorney*; our attorney*; my solicitor*; our solicitor*; legal action;
        legal proceedings; legal steps; seek legal advice; legal department will; letter before action;
        letter before claim; take you to court; taking you to court; see you in court; go to court; small claims;
        sue you; suing you; sue your company; sue the company; lawsuit*; class action; cease and desist; court order;
        subpoena*; press charges; pressing charges; criminal complaint; report you to; reporting you to;
        consumer protection agency; consumer protection office; consumer rights authority; trading standards;
        better business bureau; attorney general; breach of contract; claim damages; claiming damages; go to the press;
        going to the press; contact the press; go to the newspaper*; going to sue; will sue; i'll sue; we'll sue;
        involve a lawyer; hire a lawyer; consult a lawyer
    """),
    "pt": listed("""
        meu advogado; minha advogada; nosso advogado; nossa advogada; meus advogados; ação judicial; ações judiciais;
        ação legal; ação em tribunal; medidas legais; medidas judiciais; meios legais; meios judiciais; vias judiciais;
        processo judicial; processar a empresa; processar-vos; processá-los; vou processar; vamos processar;
        vou para tribunal; levar a tribunal; levar o caso a tribunal; recorrer ao tribunal; vemo-nos em tribunal;
        entrar na justiça; acionar a justiça; julgado de paz; julgados de paz; pequenas causas; juizado especial;
        notificação judicial; notificação extrajudicial; ordem judicial; providência cautelar; queixa-crime;
        queixa na polícia; apresentar queixa à polícia; defesa do consumidor; direitos do consumidor;
        centro de arbitragem; deco proteste; quebra de contrato; incumprimento do contrato; incumprimento contratual;
        perdas e danos; danos morais; falar com a imprensa; contactar a imprensa; expor na imprensa;
        ir à comunicação social
    """),
    "es": listed("""
        mi abogado; mi abogada; nuestro abogado; nuestra abogada; mis abogados; nuestros abogados; acción legal;
        acciones legales; medidas legales; acciones judiciales; vía judicial; vías legales; proceso judicial;
        demanda judicial; presentar una demanda; interponer una demanda; los voy a demandar; voy a demandarlos;
        les voy a demandar; vamos a demandar; voy a demandar; llevarlos a juicio; llevar a juicio; ir a juicio;
        ir a los tribunales; acudir a los tribunales; nos vemos en los tribunales; nos veremos en los tribunales;
        burofax; requerimiento judicial; orden judicial; denuncia penal; denuncia ante la policía;
        denuncia en comisaría; querella; defensa del consumidor; protección al consumidor; oficina del consumidor;
        oficina de consumo; derechos del consumidor; junta arbitral; incumplimiento de contrato;
        incumplimiento contractual; daños y perjuicios; reclamar daños; hablar con la prensa; acudir a la prensa;
        contactar con la prensa; ir a la prensa; voy a denunciar*; vamos a denunciar*; os denunciaré; les denunciaré;
        los denunciaré; hablar con un abogado
    """),
    "fr": listed("""
        mon avocat; mon avocate; notre avocat; notre avocate; mes avocats; action en justice; actions en justice;
        poursuites judiciaires; poursuite judiciaire; poursuivre en justice; voie judiciaire; suites judiciaires;
        procédure judiciaire; saisir la justice; saisir le tribunal; devant le tribunal; devant les tribunaux;
        au tribunal; porter plainte; plainte au pénal; dépôt de plainte; déposer plainte; dépose plainte;
        mise en demeure; mets en demeure; mettre en demeure; injonction; huissier; conciliateur de justice;
        médiateur de la consommation; protection juridique; ufc-que choisir; association de consommateurs;
        répression des fraudes; droits du consommateur; droit de la consommation; code de la consommation;
        rupture de contrat; non-respect du contrat; inexécution du contrat; dommages et intérêts; dommages-intérêts;
        préjudice subi; recours collectif; action de groupe; alerter la presse; contacter la presse; prévenir les médias
    """),
    "de": listed("""
        mein anwalt; meinen anwalt; meinem anwalt; meine anwältin; meiner anwältin; unser anwalt; unseren anwalt;
        rechtsanwalt; rechtsanwältin; rechtsanwälte; rechtliche schritte; rechtlichen schritte; rechtlichen schritten;
        juristische schritte; rechtsweg; gerichtlich vorgehen; gerichtliche schritte; vor gericht; klage einreichen;
        klage erheben; klage einzureichen; werde sie verklagen; verklage sie; verklagen; sammelklage; musterklage;
        strafanzeige; anzeige erstatten; anzeige bei der polizei; anwaltlich; abmahnung; unterlassungserklärung;
        einstweilige verfügung; mahnbescheid; gerichtliches mahnverfahren; letzte frist setze;
        setze ihnen eine letzte frist; fristsetzung; verbraucherzentrale; verbraucherschutz; verbraucherrecht*;
        rechtsschutzversicherung; vertragsbruch; vertragsverletzung; schadensersatz; schadenersatz; schmerzensgeld;
        an die presse; presse einschalten; presse informieren; medien einschalten
    """),
    "it": listed("""
        il mio avvocato; mio avvocato; la mia avvocata; nostro avvocato; nostri avvocati; miei avvocati; mio legale;
        nostro legale; azione legale; azioni legali; vie legali; via legale; misure legali; azione giudiziaria;
        per vie giudiziarie; procedere legalmente; adire le vie; fare causa; farò causa; vi faccio causa; faremo causa;
        portarvi in tribunale; in tribunale; davanti al giudice; giudice di pace; diffida; messa in mora; ingiunzione;
        decreto ingiuntivo; citazione in giudizio; denuncia penale; denuncia ai carabinieri; denuncia alla polizia;
        sporgere denuncia; sporgo denuncia; querela; querelare; class action; azione collettiva;
        associazione consumatori; associazione dei consumatori; altroconsumo; codacons; tutela dei consumatori;
        diritti dei consumatori; codice del consumo; inadempimento contrattuale; violazione del contratto;
        risarcimento danni; risarcimento dei danni; rivolgermi alla stampa; contattare la stampa; rivolgerò alla stampa;
        vi denuncio; vi denuncerò
    """),
    "nl": listed("""
        mijn advocaat; onze advocaat; mijn jurist; onze jurist; juridische stappen; gerechtelijke stappen;
        juridische procedure; gerechtelijke procedure; juridische actie; rechtszaak; rechtszaken; rechtsgang;
        naar de rechter; voor de rechter; voor de rechtbank; naar de rechtbank; via de rechter; u aanklagen;
        jullie aanklagen; klaag jullie aan; klaag u aan; aangifte doen; aangifte gedaan; doe aangifte;
        aangifte bij de politie; ingebrekestelling; in gebreke gesteld; stel u in gebreke; stel jullie in gebreke;
        sommatie; sommeer; kort geding; dwangsom; deurwaarder; dagvaarding; dagvaarden; rechtsbijstand;
        rechtsbijstandverzekering; geschillencommissie; consumentenbond; consuwijzer; autoriteit consument;
        consumentenrecht; consumentenrechten; contractbreuk; wanprestatie; schadevergoeding; schadeclaim; massaclaim;
        naar de pers; pers inschakelen; media inschakelen
    """),
}
