"""Somebody may get hurt, or has been: fire, current, poison, injury, and people in danger."""

from __future__ import annotations

from collections.abc import Mapping

from plugin.core.vocabulary.listed import listed

WORDS: Mapping[str, tuple[str, ...]] = {
    "en": listed("""
        smoke; caught fire; on fire; set fire to; burst into flames; burning smell; smell of burning; smells of burning;
        burned; burnt my; got burnt; burns on my; scalded; electric shock*; electrical shock*; electrocut*;
        got a shock from; overheated; overheat*; exploded; exploding; explosion*; gave off sparks; sparks came;
        battery is swollen; swollen battery; battery swelled; battery leaked; gas leak*; smell of gas; smells of gas;
        carbon monoxide; toxic fumes; poisoned; poisoning; choking hazard*; choked on; injury; injuries; injured;
        cut my hand; cut my finger; allergic reaction*; anaphyla*; hospitalised; hospitalized; taken to hospital;
        emergency room; ambulance; fire brigade; fire department; brakes failed; brake failure; safety hazard*;
        safety recall*; life threatening; suicid*; self harm; started smoking; began smoking; scorch mark*; scorched;
        flames came; flames coming; was burnt by; were burnt by; plug melted; charger melted; socket melted;
        cable melted; melted plug; melted socket; swallowed a battery; swallowed a button battery; swallowed a magnet
    """),
    "pt": listed("""
        pegou fogo; incendi*; em chamas; deitou fumo; deita fumo; a deitar fumo; soltou fumaça; soltando fumaça;
        cheiro a queimado; cheiro de queimado; queimou-me a mão; queimou a mão; queimei-me; me queimei; queimadura*;
        choque elétrico; choques elétricos; apanhei um choque; levei um choque; eletrocutad*; sobreaquec*; superaquec*;
        explodiu; explosão; explosões; faíscas; faiscou; curto-circuito; bateria inchada; bateria inchou;
        bateria estufada; fuga de gás; vazamento de gás; cheiro a gás; cheiro de gás; monóxido de carbono;
        vapores tóxicos; envenenad*; envenenamento; intoxicação; engasgou-se; se engasgou; risco de asfixia; ferimento*;
        ficou ferido; ficou ferida; ficaram feridos; cortei-me; me cortei; machucou-se; se machucou; reação alérgica;
        reações alérgicas; anafilá*; hospitalizad*; pronto-socorro; serviço de urgência; ambulância;
        chamei os bombeiros; chamar os bombeiros; chamámos os bombeiros; vieram os bombeiros; os travões falharam;
        os freios falharam; perigo de vida; risco de vida; recolha de segurança; suicíd*; saiu fumo; sai fumo;
        saía fumo; fumo preto; fez fumo; tomada derreteu; ficha derreteu; carregador derreteu; cabo derreteu;
        tomada derretida
    """),
    "es": listed("""
        se incendió; incendio*; se prendió fuego; prendió fuego; en llamas; echa humo; echaba humo; sale humo;
        salía humo; olor a quemado; huele a quemado; me quemé; se quemó la mano; quemadura*; descarga eléctrica;
        descargas eléctricas; me dio calambre; electrocut*; sobrecalent*; sobrecalienta*; explotó; explosión;
        explosiones; saltaron chispas; echa chispas; cortocircuito*; batería hinchada; batería se hinchó; fuga de gas;
        escape de gas; olor a gas; huele a gas; monóxido de carbono; vapores tóxicos; gases tóxicos; envenenad*;
        envenenamiento; intoxicación; intoxicad*; se atragantó; peligro de asfixia; riesgo de asfixia; herido; herida;
        heridos; heridas; lesión; lesiones; me corté; reacción alérgica; reacciones alérgicas; anafila*; hospitalizad*;
        acabé en urgencias; sala de urgencias; ambulancia; llamar a los bomberos; llamé a los bomberos;
        llamamos a los bomberos; vinieron los bomberos; fallaron los frenos; frenos fallaron; peligro de muerte;
        riesgo de muerte; suicid*; autolesi*; humo negro; enchufe derretido; enchufe se derritió;
        se derritió el enchufe; se derritió el cable; cable se derritió
    """),
    "fr": listed("""
        a pris feu; prend feu; prenait feu; en feu; incendie*; en flammes; de la fumée; dégage de la fumée;
        odeur de brûlé; sent le brûlé; je me suis brûlé; je me suis brûlée; s'est brûlé; s'est brûlée; brûlure*;
        choc électrique; chocs électriques; décharge électrique; décharges électriques; électrocut*; surchauff*;
        a explosé; explosion; explosions; étincelle*; court-circuit*; batterie gonflée; batterie a gonflé; fuite de gaz;
        odeur de gaz; monoxyde de carbone; vapeurs toxiques; fumées toxiques; empoisonn*; intoxication*; intoxiqué*;
        s'est étouffé; s'est étouffée; risque d'étouffement; blessé; blessée; blessés; blessure*; me suis coupé;
        me suis coupée; réaction allergique; réactions allergiques; anaphyla*; hospitalis*; aux urgences; ambulance;
        appelé les pompiers; appeler les pompiers; pompiers sont venus; freins ont lâché; freins n'ont pas répondu;
        danger de mort; danger immédiat; rappel de sécurité; suicid*; fumée noire; prise a fondu; chargeur a fondu;
        câble a fondu; prise fondue; des flammes
    """),
    "de": listed("""
        feuer gefangen; fing feuer; fängt feuer; in flammen; in brand geraten; brandgefahr; brandgeruch; hat gebrannt;
        es brannte; rauch kommt; rauch kam; raucht aus; qualmt; qualmte; verschmort*; riecht verbrannt; roch verbrannt;
        hand verbrannt; finger verbrannt; habe mich verbrannt; verbrennung*; verbrüh*; stromschlag*; stromschläge;
        elektrischer schlag; elektrischen schlag; überhitz*; explodiert*; explosion; explosionen; funken geschlagen;
        sprühte funken; kurzschluss; akku aufgebläht; aufgeblähter akku; akku ist aufgequollen; gasleck; gasgeruch;
        riecht nach gas; kohlenmonoxid; giftige dämpfe; vergiftet; vergiftung*; verschluckt hat; erstickungsgefahr;
        verletzung; verletzungen; verletzte sich; habe mich verletzt; hat sich verletzt; schwer verletzt;
        geschnitten habe; in den finger geschnitten; allergische reaktion; allergischen reaktion; allergischer schock;
        anaphyla*; ins krankenhaus; notaufnahme; krankenwagen; feuerwehr; bremsen haben versagt; bremsversagen;
        lebensgefahr; lebensgefährlich; suizid*; selbstmord*; schwarzer rauch; kabel ist geschmolzen;
        stecker ist geschmolzen; steckdose ist geschmolzen; geschmolzenes kabel; geschmolzener stecker; hat gefunkt;
        es funkte; flammen schlugen
    """),
    "it": listed("""
        ha preso fuoco; preso fuoco; prende fuoco; incendi*; in fiamme; esce fumo; usciva fumo; faceva fumo;
        odore di bruciato; puzza di bruciato; mi sono bruciato; mi sono bruciata; si è bruciato; si è bruciata; ustion*;
        scossa elettrica; scosse elettriche; preso la scossa; folgorat*; folgorazione; surriscald*; è esploso;
        è esplosa; esplosione; esplosioni; ha fatto scintille; scintille; cortocircuito; corto circuito;
        batteria gonfia; batteria si è gonfiata; fuga di gas; perdita di gas; odore di gas; monossido di carbonio;
        fumi tossici; vapori tossici; avvelenat*; avvelenamento; intossicazione; intossicat*; rischio di soffocamento;
        stava soffocando; ferito; ferita; feriti; ferite; lesioni; infortun*; mi sono tagliato; mi sono tagliata;
        reazione allergica; reazioni allergiche; anafila*; ricoverat*; pronto soccorso; ambulanza;
        chiamato i vigili del fuoco; chiamare i vigili del fuoco; sono venuti i vigili del fuoco;
        freni non hanno funzionato; freni hanno ceduto; pericolo di vita; pericolo di morte; suicid*; autolesion*;
        fa fumo; fumo nero; spina si è sciolta; presa si è sciolta; cavo si è sciolto; spina fusa; uscite fiamme
    """),
    "nl": listed("""
        in brand gevlogen; vloog in brand; vliegt in brand; stond in brand; staat in brand; vlam gevat; vatte vlam;
        brandlucht; brandgevaar; rook uit; er kwam rook; kwam rook; rookontwikkeling; ruikt verbrand; rook verbrand;
        hand verbrand; vinger verbrand; heb me verbrand; heeft zich verbrand; brandwond*; elektrische schok;
        elektrische schokken; schok gekregen; geëlektrocuteerd; oververhit*; ontploft; ontplofte; ontploffing*;
        explosie; explosies; geëxplodeerd; vonken; kortsluiting; opgezwollen accu; opgezwollen batterij; bolle accu;
        bolle batterij; gaslek; gaslucht; koolmonoxide; giftige dampen; vergiftig*; voedselvergiftiging;
        verstikkingsgevaar; verslikte zich; heeft zich verslikt; gewond; gewonden; verwonding*; letsel;
        in mijn vinger gesneden; in mijn hand gesneden; allergische reactie; allergische reacties; anafyla*;
        naar het ziekenhuis; spoedeisende hulp; ambulance; brandweer; remmen weigerden; remmen werkten niet;
        levensgevaar; levensgevaarlijk; zelfmoord; suïcid*; zelfbeschadiging; zwarte rook; stekker is gesmolten;
        kabel is gesmolten; gesmolten stekker; gesmolten kabel; schroeiplek*
    """),
}
