//! Fields for some roles only: asked of these and taken from these, by SMS and USSD, and refused by name from others; on a
//! shared phone by whoever's code stands in front.

use relais::base::Language;
use relais::card::{Card, Reach};
use relais::flow::check::whole;
use relais::flow::diagnostic::{Diagnostic, render};
use relais::flow::model::Pack;
use relais::flow::source::PackFiles;
use relais::pack_embedded;

/// Home visits: health workers and centres also say how many were referred with a slip.
const FLOW: &str = r#"
version = 1
keyword = "VAD"
title = { fr = "Visites à domicile", en = "Home visits" }
roles = ["relais", "asc", "cscom"]
cadence = "month"
positional = true
example = "VAD V12 E30 S2"

[reply]
head = { fr = "{{place}} {{period}}", en = "{{place}} {{period}}" }
content = { fr = "{{V}} foyers, {{E}} enfants{% if S is defined %}, {{S}} fiches{% endif %}.", en = "{{V}} homes, {{E}} children{% if S is defined %}, {{S}} slips{% endif %}." }

[[field]]
label = "V"
words = ["visites"]
type = "integer"
range = [1, 500]
name = { fr = "foyers", en = "homes" }
question = { fr = "Combien de foyers?", en = "How many homes?" }

[[field]]
label = "E"
words = ["enfants"]
type = "integer"
range = [0, 2000]
name = { fr = "enfants", en = "children" }
question = { fr = "Combien d'enfants?", en = "How many children?" }

[[field]]
label = "S"
words = ["fiches"]
type = "integer"
range = [0, 2000]
roles = ["cscom", "asc"]
name = { fr = "fiches", en = "slips" }
question = { fr = "Combien de fiches?", en = "How many slips?" }

[[check]]
id = "fiches"
must = "S <= E"
otherwise = "block"
say = { fr = "S{{S}} fiches > E{{E}} enfants.", en = "S{{S}} slips > E{{E}} children." }

[[indicator]]
id = "fiches"
name = { fr = "Fiches", en = "Slips" }
kind = "sum"
value = "S"
headline = true
"#;

const TRANSCRIPT: &str = r"
@ flows vad
@ 2026-11-23 10:42
@ +22370000001 relais Zangasso commune
@ +22370000002 asc Zangasso commune code A27
@ +22370000002 relais Zangasso commune code A28
@ +22370000003 cscom Zangasso commune
# By SMS, with labels and without: as many numbers as the role has fields.
> +22370000001 VAD V12 E30
< OK VAD 1 Zangasso mois 11: 12 foyers, 30 enfants. Erreur? CORR 1 ou ANNUL 1
> +22370000001 VAD 13 31
< OK VAD 2 Zangasso mois 11: 13 foyers, 31 enfants. Erreur? CORR 2 ou ANNUL 2
> +22370000001 VAD V14 E32 S2
< VAD non enregistré. S ne va pas avec votre role. Vérifiez et renvoyez tout: VAD V.. E..
> +22370000001 VAD V14 E32 fiches 2
< VAD non enregistré. S ne va pas avec votre role. Vérifiez et renvoyez tout: VAD V.. E..
> +22370000001 VAD 14 32 2
< VAD non enregistré. 3 nombres au lieu de 2. Vérifiez et renvoyez tout: VAD V.. E..
> +22370000001 CORR 2 S4
< VAD 2 pas corrigé. S ne va pas avec votre role. Renvoyez CORR 2 avec les bons nombres.
> +22370000001 AIDE VAD
< VAD Visites à domicile: V foyers, E enfants. Ex: VAD V12 E30
> +22370000003 VAD V12 E30
< VAD 1 mois 11 incomplet: manque S (fiches). Répondez seulement: S2 (le bon nombre). Sans réponse avant 24h, rapport non compté.
> +22370000003 S40
< VAD 1 toujours incomplet. S40 fiches > E30 enfants. Renvoyez seulement la bonne valeur, ou ANNUL 1.
> +22370000003 S4
< OK VAD 1 Zangasso mois 11: 12 foyers, 30 enfants, 4 fiches. Erreur? CORR 1 ou ANNUL 1
> +22370000003 VAD 14 32
< VAD non enregistré. 2 nombres au lieu de 3. Vérifiez et renvoyez tout: VAD V.. E.. S..
> +22370000003 AIDE VAD
< VAD Visites à domicile: V foyers, E enfants, S fiches. Ex: VAD V12 E30 S2
# On a shared phone, by the code in front; without one it is asked for, and the message read again.
> +22370000002 A27 VAD 15 33 3
< OK VAD 1 pour agent A27 Zangasso mois 11: 15 foyers, 33 enfants, 3 fiches. Si ce n'est pas vous: ANNUL 1
> +22370000002 A28 VAD 16 34
< OK VAD 2 pour agent A28 Zangasso mois 11: 16 foyers, 34 enfants. Si ce n'est pas vous: ANNUL 2
> +22370000002 A28 VAD V16 E35 S1
< VAD non enregistré. S ne va pas avec votre role. Vérifiez et renvoyez tout: VAD V.. E..
> +22370000002 VAD 17 35 3
< Plusieurs agents sur ce téléphone: qui envoie? Répondez par votre code: A27, A28.
> +22370000002 A27
< OK VAD 3 pour agent A27 Zangasso mois 11: 17 foyers, 35 enfants, 3 fiches. Si ce n'est pas vous: ANNUL 3
# By USSD only what the role is asked.
* +22370000001 dial
= Nutrition Mali\n1 Visites à domicile\n2 Rien à signaler\n3 Mes rapports\n0 Aide
* +22370000001 1
= Combien de foyers?\n00 Retour
* +22370000001 21
= Combien d'enfants?\n00 Retour
* +22370000001 41
= Zangasso mois 11: 21 foyers, 41 enfants.\n1 Envoyer\n2 Corriger\n0 Annuler
* +22370000003 dial
= Nutrition Mali\n1 Visites à domicile\n2 Rien à signaler\n3 Mes rapports\n0 Aide
* +22370000003 1
= Combien de foyers?\n00 Retour
* +22370000003 21
= Combien d'enfants?\n00 Retour
* +22370000003 41
= Combien de fiches?\n00 Retour
* +22370000003 6
= Zangasso mois 11: 21 foyers, 41 enfants, 6 fiches.\n1 Envoyer\n2 Corriger\n0 Annuler
";

fn files(flow: &str) -> PackFiles {
    let mali = pack_embedded::mali();
    let others = mali.iter().filter(|(name, _)| !name.ends_with(".transcript"));
    PackFiles::from_pairs(others.chain([("vad.toml", flow), ("vad.transcript", TRANSCRIPT)]))
}

fn with(flow: &str) -> Result<Pack, Vec<Diagnostic>> {
    whole(&files(flow))
}

#[test]
fn fields_of_some_roles_are_asked_of_these_and_taken_from_these() {
    let pack = with(FLOW).unwrap_or_else(|faults| panic!("{}", render(&faults, &files(FLOW))));
    let labels = |role: &str| {
        let flow = pack.flow_for("vad", role).expect("the flow");
        flow.fields.iter().map(|field| field.label.as_str()).collect::<Vec<_>>().join(" ")
    };
    for (role, known) in [("relais", "V E"), ("asc", "V E S"), ("cscom", "V E S"), ("leader", "V E")] {
        assert_eq!(labels(role), known, "{role}");
    }
}

#[test]
fn the_card_says_whom_a_field_is_for() {
    let pack = with(FLOW).expect("sound");
    let flow = pack.flow("vad").expect("the flow");
    let text = Card::of(&pack, flow, Language::FRENCH, Reach::default()).plain();
    assert!(text.contains("[centre de santé (CSCom), agent de santé communautaire]"), "{text}");
}

#[test]
fn what_cannot_be_is_refused() {
    let guarded = "{% if S is defined %}, {{S}} fiches{% endif %}";
    for (label, from, to, code, piece) in [
        ("unknown role", r#"["cscom", "asc"]"#, r#"["cscon"]"#, "unknown-id", "did you mean `cscom`?"),
        ("a role that may not send it", r#"["cscom", "asc"]"#, r#"["leader"]"#, "misfit", "S is for leader"),
        ("an example that cannot be narrowed", "E30 S2", "E30 S 2", "bad-example", "for relais"),
        ("a text that needs the value", guarded, ", {{S}} fiches", "text-fails", "S is absent"),
    ] {
        let changed = FLOW.replace(from, to);
        let faults = with(&changed).expect_err(label);
        let told = render(&faults, &files(&changed));
        assert!(faults.iter().any(|fault| fault.code == code) && told.contains(piece), "{label}: {told}");
    }
}
