"""Rules of the state or the trade are touched: personal data, authorities, crime, discrimination."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.core.vocabulary.listed import listed

WORDS: Mapping[str, tuple[str, ...]] = {
    "en": listed("""
        gdpr; ccpa; hipaa; pci dss; data breach*; data leak*; leaked my data; my data was leaked;
        personal data was exposed; exposed my personal; breach of privacy; privacy violation*; violation of privacy;
        right to be forgotten; right to erasure; subject access request*; data subject request*; erase my personal data;
        delete my personal data; delete all my personal data; all data you hold; copy of my personal data;
        data protection officer; data protection authority; data protection commission*; without my consent;
        never consented; withdraw my consent; someone else's data; another customer's data; other customers' data;
        sent to the wrong person; financial regulator; industry regulator; report to the regulator;
        complain to the regulator; complaint with the regulator; regulatory violation*; supervisory authority;
        ombudsman; whistleblow*; money laundering; sanctions list; bribe; bribery; bribed; corruption complaint;
        non compliant; non compliance; noncompliance; noncompliant; discriminated against; racial discrimination;
        harassed by; sexual harassment; sold alcohol to a minor; underage customer; counterfeit; forged documents;
        identity theft; stole my identity; invoice to the wrong person; data to the wrong person
    """),
    "pt": listed("""
        rgpd; lgpd; lei de proteção de dados; fuga de dados; vazamento de dados; violação de dados;
        violação de privacidade; violação da privacidade; os meus dados foram expostos; meus dados vazaram;
        direito ao esquecimento; direito ao apagamento; apagar os meus dados pessoais; apaguem os meus dados pessoais;
        excluir meus dados pessoais; eliminar os meus dados pessoais; eliminação dos meus dados pessoais;
        cópia dos meus dados pessoais; encarregado de proteção de dados; encarregado de dados; sem o meu consentimento;
        sem meu consentimento; retiro o meu consentimento; nunca dei consentimento; dados de outro cliente;
        dados de outra pessoa; dados de terceiros; cnpd; anpd; asae; entidade reguladora; agência reguladora;
        autoridade de controlo; livro de reclamações; provedor do cliente; procon; lavagem de dinheiro;
        branqueamento de capitais; suborno; caso de corrupção; ato de corrupção; denúncia anónima; incumprimento legal;
        discriminação racial; fui discriminad*; assédio sexual; assédio moral; venda a menores; vendido a um menor;
        contrafeit*; contrafação; documentos falsos; roubo de identidade; usurpação de identidade;
        meus dados pessoais apareceram; meus dados na internet
    """),
    "es": listed("""
        rgpd; lopd; ley de protección de datos; fuga de datos; filtración de datos; filtraron mis datos;
        brecha de datos; violación de datos; violación de la privacidad; violación de mi privacidad; derecho al olvido;
        derecho de supresión; derecho de acceso a mis datos; borren mis datos personales; borrar mis datos personales;
        eliminen mis datos personales; eliminar mis datos personales; supresión de mis datos;
        copia de mis datos personales; delegado de protección de datos; aepd; agencia de protección de datos;
        sin mi consentimiento; nunca di mi consentimiento; retiro mi consentimiento; datos de otro cliente;
        datos de otra persona; datos de terceros; autoridad de control; organismo regulador; defensor del pueblo;
        defensor del cliente; hoja de reclamaciones; hojas de reclamaciones; profeco; blanqueo de capitales;
        lavado de dinero; soborno; sobornos; denuncia anónima; incumplimiento normativo; discriminación racial;
        me discriminaron; me han discriminado; acoso sexual; acoso laboral; venta a menores;
        vendieron alcohol a un menor; falsificad*; documentos falsos; robo de identidad; suplantación de identidad
    """),
    "fr": listed("""
        rgpd; cnil; fuite de données; violation de données; données ont fuité; données ont été divulguées;
        violation de la vie privée; atteinte à la vie privée; droit à l'oubli; droit à l'effacement;
        droit d'accès à mes données; effacer mes données personnelles; effacez mes données personnelles;
        supprimer mes données personnelles; supprimez mes données personnelles; suppression de mes données;
        copie de mes données personnelles; délégué à la protection des données; sans mon consentement;
        sans mon accord préalable; je retire mon consentement; jamais donné mon consentement; données d'un autre client;
        données d'une autre personne; données de tiers; autorité de contrôle; autorité de régulation;
        défenseur des droits; dgccrf; signalconso; lanceur d'alerte; lanceuse d'alerte; blanchiment d'argent;
        pot-de-vin; pots-de-vin; fait de corruption; faits de corruption; tentative de corruption;
        non-conformité réglementaire; infraction à la réglementation; discrimination raciale;
        discrimination à l'embauche; j'ai été discriminé; j'ai été discriminée; victime de discrimination;
        harcèlement sexuel; harcèlement moral; vente à un mineur; vendu à un mineur; contrefaçon*; contrefait*;
        faux documents; usurpation d'identité; vol d'identité; effaciez toutes mes données;
        supprimiez toutes mes données; effacer toutes mes données; supprimer toutes mes données
    """),
    "de": listed("""
        dsgvo; datenschutz-grundverordnung; datenschutzverletzung*; datenschutzverstoß; datenschutzvorfall;
        verstoß gegen den datenschutz; datenleck*; datenpanne*; meine daten wurden veröffentlicht;
        recht auf vergessenwerden; recht auf löschung; auskunft nach artikel 15; auskunft nach art 15; datenauskunft;
        löschung meiner personenbezogenen daten; löschen sie meine personenbezogenen daten;
        meine personenbezogenen daten zu löschen; löschung meiner daten; löschen sie alle meine daten;
        kopie meiner personenbezogenen daten; datenschutzbeauftragt*; datenschutzbehörde*; datenaufsicht;
        ohne meine einwilligung; ohne meine zustimmung; widerrufe meine einwilligung; nie eingewilligt;
        daten eines anderen kunden; daten einer anderen kundin; daten anderer kunden; daten fremder personen;
        aufsichtsbehörde*; regulierungsbehörde*; bundesnetzagentur; bafin; schlichtungsstelle; ombudsstelle; ombudsmann;
        hinweisgeber; whistleblow*; geldwäsche*; sanktionsliste*; bestechung*; bestochen; korruptionsverdacht;
        korruptionsvorwurf; verstoß gegen das gesetz; gesetzesverstoß; diskriminiert; diskriminierung;
        sexuelle belästigung; sexuell belästigt; verkauf an minderjährige; an minderjährige verkauft; produktfälschung*;
        gefälschte ware; gefälschte dokumente; identitätsdiebstahl
    """),
    "it": listed("""
        gdpr; garante della privacy; garante privacy; violazione dei dati; violazione di dati; fuga di dati;
        dati sono stati diffusi; dati sono stati divulgati; violazione della privacy; diritto all'oblio;
        diritto alla cancellazione; diritto di accesso ai dati; cancellare i miei dati personali;
        cancellate i miei dati personali; cancellazione dei miei dati; eliminare i miei dati personali;
        eliminate i miei dati personali; copia dei miei dati personali; responsabile della protezione dei dati;
        senza il mio consenso; revoco il consenso; revoco il mio consenso; mai dato il consenso;
        mai dato il mio consenso; dati di un altro cliente; dati di un'altra persona; dati di altri clienti;
        autorità di controllo; autorità di vigilanza; autorità garante; agcom; agcm; difensore civico; whistleblow*;
        riciclaggio di denaro; riciclaggio di capitali; bustarella; tangenti; caso di corruzione; atto di corruzione;
        non conformità normativa; violazione della normativa; discriminazione razziale; sono stato discriminato;
        sono stata discriminata; molestie sessuali; vendita a minori; venduto a un minore; contraffatt*; contraffazione;
        documenti falsi; furto d'identità; furto di identità
    """),
    "nl": listed("""
        avg-verzoek; volgens de avg; onder de avg; schending van de avg; datalek*; gegevens zijn gelekt;
        gegevens gelekt; privacyschending*; schending van mijn privacy; inbreuk op mijn privacy; recht op vergetelheid;
        recht om vergeten te worden; recht op inzage; inzageverzoek; verwijder mijn persoonsgegevens;
        mijn persoonsgegevens verwijderen; mijn persoonsgegevens te verwijderen; verwijdering van mijn persoonsgegevens;
        wissen van mijn persoonsgegevens; kopie van mijn persoonsgegevens; functionaris gegevensbescherming;
        functionaris voor gegevensbescherming; autoriteit persoonsgegevens; zonder mijn toestemming;
        trek mijn toestemming in; nooit toestemming gegeven; gegevens van een andere klant; gegevens van andere klanten;
        gegevens van iemand anders; toezichthouder; toezichthoudende autoriteit; ombudsman; kifid; klokkenluider*;
        witwassen; witwaspraktijken; sanctielijst; omkoping; omgekocht; steekpenningen; in strijd met de wet;
        overtreding van de wet; gediscrimineerd; discriminatie; seksuele intimidatie; verkoop aan minderjarigen;
        aan een minderjarige verkocht; namaakproduct*; nepproduct*; vervalste documenten; vervalst document;
        identiteitsfraude; identiteitsdiefstal
    """),
}
