//! A small pack for tests, shaped like Mali's: screening, demonstrations, meetings, funds, stock.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::{Calendar, Language, NumberingPlan, PeriodKind};
use crate::flow::model::{
    ApprovalRule, Body, Check, CommandKind, Deadline, Field, FieldKind, Flow, Named, Pack, Role, Severity, Wording,
};
use crate::flow::text::TextBook;

const TEXTS: &str = include_str!("../../../flows/mali/texts.toml");

/// Every text of `texts.toml`: name, language, source.
pub(crate) fn texts() -> Vec<(String, Language, String)> {
    let table: BTreeMap<String, BTreeMap<String, String>> = toml::from_str(TEXTS).expect("texts.toml is sound");
    let mut texts = Vec::new();
    for (name, languages) in table {
        for (language, text) in languages {
            texts.push((name.clone(), language.parse().expect("a language"), text));
        }
    }
    texts
}

/// The pack.
pub(crate) fn pack() -> Pack {
    let mut book = TextBook::new(&[Language::FRENCH, Language::ENGLISH]);
    for (name, language, text) in texts() {
        book.add_text(&format!("say.{name}"), language, &text).expect("a sound text");
    }
    let flows = vec![dep(&mut book), cui(&mut book), sen(&mut book), reu(&mut book), res(&mut book), atpe(&mut book)];
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<String>>();
    let role = |id: &str, asks_figures| Role { id: id.into(), name: wording(id), asks_figures };
    Pack {
        since: None,
        name: "sample".into(),
        hash: String::new(),
        languages: vec![Language::FRENCH, Language::ENGLISH],
        draft_languages: Vec::new(),
        numbering: NumberingPlan { calling_code: "223".into(), national_digits: 8, trunk_prefix: String::new() },
        calendar: Calendar { week_starts: jiff::civil::Weekday::Friday },
        levels: Vec::new(),
        networks: Vec::new(),
        roles: vec![role("relais", false), role("gsan", false), role("point_focal", false), role("officier", true)],
        bodies: bodies(),
        deadlines: BTreeMap::from([
            (PeriodKind::Week, Deadline { due_days: 1, late_days: 3 }),
            (PeriodKind::Month, Deadline { due_days: 6, late_days: 11 }),
            (PeriodKind::Quarter, Deadline { due_days: 15, late_days: 30 }),
        ]),
        populations: Vec::new(),
        commands: BTreeMap::from([
            (CommandKind::Yes, words(&["OUI", "YES"])),
            (CommandKind::No, words(&["NON", "NO"])),
            (CommandKind::Zero, words(&["RIEN", "ZERO"])),
            (CommandKind::Correct, words(&["CORR", "CORRECT"])),
            (CommandKind::Cancel, words(&["ANNUL", "CANCEL"])),
            (CommandKind::Help, words(&["AIDE", "HELP"])),
            (CommandKind::Summary, words(&["BILAN", "SUMMARY"])),
            (CommandKind::Silent, words(&["MUETS", "SILENT"])),
            (CommandKind::Remind, words(&["RAPPEL", "REMIND"])),
            (CommandKind::Info, words(&["INFO"])),
            (CommandKind::Me, words(&["MOI", "ME"])),
            (CommandKind::Language, words(&["LANGUE", "LANGUAGE"])),
            (CommandKind::Stop, words(&["STOP"])),
            (CommandKind::Resume, words(&["REPRISE", "RESUME"])),
            (CommandKind::Join, words(&["JOIN"])),
            (CommandKind::Approve, words(&["VISA", "APPROVE"])),
            (CommandKind::Refuse, words(&["REFUS", "REFUSE"])),
            (CommandKind::Seen, words(&["VU", "SEEN"])),
        ]),
        courtesies: words(&["bonjour", "merci", "svp", "chef", "i ni ce", "s'il vous plait"]),
        attribution: String::new(),
        order: Vec::new(),
        approval: ApprovalRule::default(),
        flows: flows.into_iter().map(Arc::new).collect(),
        texts: book,
        places: String::new(),
        place_codes: String::new(),
        place_vintage: String::new(),
        boundaries: BTreeMap::new(),
        dhis2: None,
        reader: Default::default(),
    }
}

fn bodies() -> Vec<Body> {
    [
        ("ccocsad", "C", "commune"),
        ("clocsad", "L", "cercle"),
        ("crocsad", "R", "region"),
        ("ctin", "CTIN", "country"),
        ("cnn", "CNN", "country"),
    ]
    .into_iter()
    .map(|(id, word, level)| Body {
        id: id.into(),
        word: word.into(),
        name: wording(&id.to_uppercase()),
        level: level.into(),
        network: None,
        cadence: PeriodKind::Quarter,
    })
    .collect()
}

fn wording(text: &str) -> Wording {
    Wording(BTreeMap::from([(Language::FRENCH, text.to_owned()), (Language::ENGLISH, text.to_owned())]))
}

fn field(label: &str, words: &[&str], name: &str, kind: FieldKind) -> Field {
    Field {
        label: label.into(),
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        kind,
        required: true,
        when: None,
        name: wording(name),
        question: wording(name),
        asked_unless: None,
        bare_words: Vec::new(),
        asked_words: Vec::new(),
        from_mandate: false,
        roles: Vec::new(),
        units: Vec::new(),
    }
}

fn integer(min: i64, max: i64) -> FieldKind {
    FieldKind::Integer { min, max, soft_max: None }
}

fn choice(options: &[(&str, &str)]) -> FieldKind {
    let named = |(id, name): &(&str, &str)| Named { id: (*id).to_owned(), name: wording(name) };
    FieldKind::Choice { options: options.iter().map(named).collect() }
}

/// A check by its condition, labels, severity and text.
struct Rule(&'static str, &'static str, &'static [&'static str], Severity, &'static str);

fn flow(
    book: &mut TextBook,
    keyword: &str,
    title: &str,
    reply: (&str, &str),
    fields: Vec<Field>,
    rules: &[Rule],
) -> Flow {
    let id = keyword.to_lowercase();
    for language in [Language::FRENCH, Language::ENGLISH] {
        book.add_text(&format!("flow.{id}.head"), language, reply.0).expect("a sound text");
        book.add_text(&format!("flow.{id}.content"), language, reply.1).expect("a sound text");
    }
    let check = |Rule(check, must, labels, otherwise, say): &Rule| {
        let name = format!("flow.{id}.check.{check}");
        book.add_expression(&format!("{name}.must"), must).expect("a sound condition");
        for language in [Language::FRENCH, Language::ENGLISH] {
            book.add_text(&name, language, say).expect("a sound text");
        }
        Check {
            id: (*check).to_owned(),
            must: format!("{name}.must"),
            labels: labels.iter().map(|label| (*label).to_owned()).collect(),
            beside: Vec::new(),
            otherwise: *otherwise,
            say: name,
            offer_swap: None,
            opens_task: *otherwise == Severity::Warn,
        }
    };
    Flow {
        level: None,
        checks: rules.iter().map(check).collect(),
        alerts: Vec::new(),
        version: 1,
        hash: String::new(),
        source: String::new(),
        title: wording(title),
        keyword: keyword.into(),
        aliases: Vec::new(),
        twins: Vec::new(),
        roles: Vec::new(),
        cadence: None,
        by_body: false,
        visa: false,
        once: false,
        season: None,
        since: None,
        positional: true,
        fields,
        indicators: Vec::new(),
        example: String::new(),
        id,
    }
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn dep(book: &mut TextBook) -> Flow {
    let number = |label, words: &[&str], name| field(label, words, name, integer(0, 2000));
    let fields = vec![
        field("T", &["total"], "total dépistés", FieldKind::Integer { min: 1, max: 2000, soft_max: Some(300) }),
        number("F", &["filles"], "filles"),
        number("V", &["vert", "normal"], "vert"),
        number("J", &["jaune"], "jaune (MAM)"),
        number("R", &["rouge"], "rouge (MAS)"),
        number("E", &["oedeme"], "oedèmes"),
        number("S", &["refmas"], "MAS référés"),
        number("M", &["refmam"], "MAM référés"),
    ];
    let rules = [
        Rule(
            "somme",
            "T == V + J + R + E",
            &["T", "V", "J", "R", "E"],
            Severity::Block,
            "V{{V}}+J{{J}}+R{{R}}+E{{E}}={{V + J + R + E}} mais T={{T}}.",
        ),
        Rule("filles", "F <= T", &["F", "T"], Severity::Block, "F{{F}} filles > T{{T}} dépistés."),
        Rule("ref_mam", "M <= J", &["M", "J"], Severity::Block, "M{{M}} MAM référés > J{{J}}."),
        Rule(
            "taux",
            "T < 10 or (R + E) * 100 <= 30 * T",
            &["T", "R", "E"],
            Severity::Confirm,
            "{{R + E}} MAS sur {{T}}, c'est beaucoup.",
        ),
        Rule(
            "mas_non_refere",
            "R + E == 0 or S > 0",
            &["R", "E", "S"],
            Severity::Warn,
            "ATTENTION: {{R + E}} MAS mais 0 référé.",
        ),
    ];
    let content = "{{T}} dépistés ({{F}} F), normal {{V}}, MAM {{J}}, MAS {{R}}, oedèmes {{E}}, référés {{S + M}}.";
    Flow {
        aliases: owned(&["DEPISTAGE"]),
        twins: owned(&["DES"]),
        roles: owned(&["relais", "gsan"]),
        cadence: Some(PeriodKind::Week),
        example: "DEP T45 F23 V38 J5 R1 E1 S2 M5".into(),
        ..flow(book, "DEP", "dépistage", ("{{place}} {{period}}", content), fields, &rules)
    }
}

fn cui(book: &mut TextBook) -> Flow {
    let fields = vec![
        field("N", &["seances"], "séances", integer(1, 20)),
        field("F", &["femmes"], "femmes", integer(0, 500)),
        field("H", &["hommes"], "hommes", integer(0, 500)),
        field("E", &["enfants"], "enfants 6-23 mois", integer(0, 500)),
    ];
    let rules = [Rule("quelqu_un", "F + H >= 1", &["F", "H"], Severity::Block, "F{{F}} et H{{H}}: personne?")];
    let content = "{{N}} démonstration, {{F}} femmes, {{H}} hommes, {{E}} enfants 6-23 mois.";
    Flow {
        aliases: owned(&["CUISINE", "DEMO"]),
        roles: owned(&["relais", "gsan"]),
        example: "CUI N1 F32 H4 E25".into(),
        ..flow(book, "CUI", "démonstration", ("{{place}} {{date}}", content), fields, &rules)
    }
}

fn sen(book: &mut TextBook) -> Flow {
    let mut place = field("P", &["lieu"], "lieu", choice(&[("1", "mosquée"), ("2", "église"), ("5", "radio")]));
    place.bare_words = vec![("radio".into(), "5".into())];
    let fields = vec![
        field("K", &["theme"], "thème", choice(&[("1", "allaitement"), ("2", "alimentation")])),
        place,
        field("F", &["femmes"], "femmes", integer(0, 5000)),
        field("H", &["hommes"], "hommes", integer(0, 5000)),
    ];
    let rules = [Rule("quelqu_un", "P == 5 or F + H >= 1", &["P", "F", "H"], Severity::Block, "Personne?")];
    Flow {
        aliases: owned(&["CAUSERIE"]),
        roles: owned(&["gsan", "officier"]),
        cadence: Some(PeriodKind::Month),
        example: "SEN K1 P1 F40 H120".into(),
        ..flow(
            book,
            "SEN",
            "sensibilisation",
            ("{{place}} {{date}}", "{{K_name}}, {{P_name}}, {{F}} F, {{H}} H."),
            fields,
            &rules,
        )
    }
}

fn reu(book: &mut TextBook) -> Flow {
    book.add_expression("flow.reu.held", "NON is undefined").expect("a sound condition");
    let held = |field: Field| Field { when: Some("flow.reu.held".into()), ..field };
    let mut body = field("INSTANCE", &[], "instance", FieldKind::Body);
    body.asked_words = vec![("N".into(), owned(&["ctin", "cnn"]))];
    body.bare_words = bodies().into_iter().map(|body| (body.word, body.id)).collect();
    body.from_mandate = true;
    let reasons = choice(&[("1", "insécurité"), ("2", "budget"), ("3", "quorum"), ("4", "autre")]);
    let fields = vec![
        body,
        Field { required: false, ..field("NON", &[], "motif", reasons) },
        Field { required: false, ..held(field("D", &[], "date", FieldKind::Date { max_age_days: 92 })) },
        held(field("N", &["nutrition"], "nutrition", FieldKind::YesNo)),
        held(field("T", &["participants"], "participants", integer(2, 300))),
        held(field("F", &["femmes"], "femmes", integer(0, 300))),
        held(field("K", &["decisions"], "décisions", integer(0, 50))),
        held(field("X", &["appliquees"], "appliquées", integer(0, 50))),
        held(field("PV", &[], "PV", FieldKind::YesNo)),
    ];
    let rules = [Rule("femmes", "F <= T", &["F", "T"], Severity::Block, "F{{F}} femmes > T{{T}} participants.")];
    let head = "{{INSTANCE_name}} {{place}} {% if NON is defined %}{{period}}{% else %}{{date}}{% endif %}";
    let content = "{% if NON is defined %}réunion NON tenue, motif {{NON}} ({{NON_name}}).{% else %}\
        {{T}} participants ({{F}} femmes), {{K}} décisions, {{X}} appliquées.{% endif %}";
    let mut flow = Flow {
        aliases: owned(&["REUNION"]),
        twins: owned(&["PEU"]),
        roles: owned(&["point_focal", "officier"]),
        cadence: Some(PeriodKind::Quarter),
        by_body: true,
        positional: false,
        example: "REU C D1811 N1 T24 F9 K5 X3 PV1".into(),
        ..flow(book, "REU", "réunion", (head, content), fields, &rules)
    };
    flow.checks[0].offer_swap = Some(("F".into(), "T".into()));
    flow
}

fn res(book: &mut TextBook) -> Flow {
    let mut status =
        field("ST", &["statut"], "statut", choice(&[("A", "annoncés"), ("R", "recus"), ("D", "dépensés")]));
    status.bare_words = ["A", "R", "D"].into_iter().map(|word| (word.to_owned(), word.to_owned())).collect();
    let fields = vec![
        field("M", &["montant"], "montant", FieldKind::Money { min: 500, max: 1_000_000_000 }),
        field("S", &["source"], "source", choice(&[("1", "commune"), ("2", "Etat"), ("3", "mines")])),
        status,
    ];
    let rules = [Rule("oui", "1 == 0", &[], Severity::Confirm, "Le cercle vérifiera la pièce.")];
    let content = "{{M | grouped}} FCFA, source {{S}} ({{S_name}}), {{ST_name}}.";
    Flow {
        aliases: owned(&["FIN"]),
        twins: owned(&["SES"]),
        roles: owned(&["point_focal"]),
        positional: false,
        example: "RES M1500000 S3 R".into(),
        ..flow(book, "RES", "ressources", ("{{place}} {{date}}", content), fields, &rules)
    }
}

fn atpe(book: &mut TextBook) -> Flow {
    let counted = |label, name| Field {
        roles: Vec::new(),
        units: vec![("sachet".into(), 1), ("carton".into(), 150)],
        ..field(label, &[], name, integer(0, 100_000))
    };
    let fields = vec![
        counted("S", "stock"),
        counted("E", "entrées"),
        counted("U", "utilisés"),
        counted("P", "pertes"),
        Field { required: false, ..field("D", &[], "jour de rupture", integer(1, 31)) },
        Field { required: false, ..field("TX", &[], "taux", FieldKind::Decimal { min: 0, max: 1000, places: 1 }) },
    ];
    Flow {
        aliases: owned(&["STOCK"]),
        roles: owned(&["relais"]),
        example: "ATPE S120 E0 U40 P0".into(),
        ..flow(book, "ATPE", "stock ATPE", ("{{place}} {{date}}", "stock {{S}} sachets."), fields, &[])
    }
}
