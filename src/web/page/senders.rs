//! Choosing whose reports a page shows: one network's, one role's, or everybody's.

use crate::base::Language;
use crate::flow::model::{Pack, Wording};
use crate::view::Question;

/// What a form offers, and what is said of a page that shows some reports only.
pub(super) struct SenderPicker {
    pub own: &'static SenderWords,
    /// Networks: id, name, and which is chosen.
    pub networks: Vec<(String, String, bool)>,
    /// Roles: id, name, and which is chosen.
    pub roles: Vec<(String, String, bool)>,
    /// What is shown of one network or role only.
    pub only: Vec<String>,
}

/// The words of a language. `{a}` stands for a name.
pub(super) struct SenderWords {
    /// Field of networks, and the choice of all.
    pub network: &'static str,
    pub all_networks: &'static str,
    /// Field of roles, and the choice of all.
    pub role: &'static str,
    pub all_roles: &'static str,
    /// Said of a page that shows one network only.
    only_network: &'static str,
    /// Said of a page that shows one role only.
    only_role: &'static str,
}

static FRENCH: SenderWords = SenderWords {
    network: "Réseau",
    all_networks: "Tous les réseaux",
    role: "Rôle",
    all_roles: "Tous les rôles",
    only_network: "Un seul réseau : {a}. Les rapports des comités n’appartiennent à aucun réseau, sauf indication du pack.",
    only_role: "Un seul rôle : {a}. Les rapports que doivent les comités ne sont d’aucun rôle ; leurs chiffres comptent sous le rôle de qui les envoie.",
};

static ENGLISH: SenderWords = SenderWords {
    network: "Network",
    all_networks: "All networks",
    role: "Role",
    all_roles: "All roles",
    only_network: "One network only: {a}. Reports of committees belong to no network unless the pack says so.",
    only_role: "One role only: {a}. Reports that committees owe are of no role; their figures count under the role of who sends them.",
};

impl SenderPicker {
    /// For what is asked about.
    pub fn new(pack: &Pack, question: &Question, language: Language) -> SenderPicker {
        let own = if language == Language::ENGLISH { &ENGLISH } else { &FRENCH };
        let option = |(id, name): (&String, &Wording), chosen: Option<&str>| {
            (id.clone(), name.get(language).to_owned(), chosen == Some(id.as_str()))
        };
        let (network, role) = (question.network_id(), question.role_id());
        let roles = pack.roles.iter().map(|own| option((&own.id, &own.name), role));
        let only = [
            question.network.as_ref().map(|network| (own.only_network, &network.name)),
            question.role.as_ref().map(|role| (own.only_role, &role.name)),
        ];
        SenderPicker {
            own,
            networks: pack.networks.iter().map(|own| option((&own.id, &own.name), network)).collect(),
            roles: roles.collect(),
            only: only.into_iter().flatten().map(|(text, name)| text.replace("{a}", name.get(language))).collect(),
        }
    }
}
