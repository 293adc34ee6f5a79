//! The words of the pages of the register, one table for each language.

use crate::base::Language;
use crate::person::Presence;

/// The words of a language.
pub struct PeopleWords {
    /// Title of the list.
    pub title: &'static str,
    /// What the list is.
    pub help: &'static str,
    /// Links to the other pages: somebody new, a file, codes, the list.
    pub new: &'static str,
    /// See [`PeopleWords::new`].
    pub file: &'static str,
    /// See [`PeopleWords::new`].
    pub codes: &'static str,
    /// See [`PeopleWords::new`].
    pub all: &'static str,
    /// The links together.
    pub ways: &'static str,
    /// Columns of the people file, in its order.
    pub columns: [&'static str; 13],
    /// Days a code is taken.
    pub days: &'static str,
    /// State of somebody.
    pub state: &'static str,
    /// Here, to come, left.
    pub states: [&'static str; 3],
    /// All roles and all states.
    pub every: &'static str,
    /// Button of the filter.
    pub show: &'static str,
    /// Nobody fits.
    pub nobody: &'static str,
    /// The next page.
    pub more: &'static str,
    /// The files of the list.
    pub download: &'static str,
    /// What is in them.
    pub download_note: &'static str,
    /// Hint of a place.
    pub place_hint: &'static str,
    /// Hint of what may stay empty.
    pub may_be_empty: &'static str,
    /// Hint of a first day.
    pub from_hint: &'static str,
    /// Hint of a phone.
    pub phone_hint: &'static str,
    /// Hint of an agent code.
    pub agent_hint: &'static str,
    /// Not chosen.
    pub none: &'static str,
    /// It was done.
    pub done: &'static str,
    /// It was not, and why stands at the fields.
    pub faulty: &'static str,
    /// Heading of the phones.
    pub phones: &'static str,
    /// For who sees them whole.
    pub call: &'static str,
    /// A phone that wants no messages of ours.
    pub stopped: &'static str,
    /// Before who else is on it.
    pub shared_with: &'static str,
    /// Somebody who may not be named.
    pub somebody: &'static str,
    /// Heading of where somebody stood.
    pub stands: &'static str,
    /// Columns of it: first day, last day.
    pub first_day: &'static str,
    /// Last day.
    pub last_day: &'static str,
    /// The stand in force.
    pub today: &'static str,
    /// For who may not change this person.
    pub only_look: &'static str,
    /// Why not: their role.
    pub only_administrators: &'static str,
    /// Forms about a person: title, button.
    pub identity: (&'static str, &'static str),
    /// Another role, network or place.
    pub stand: (&'static str, &'static str),
    /// What the day means.
    pub stand_help: &'static str,
    /// The last day.
    pub leave: (&'static str, &'static str),
    /// What leaving means.
    pub leave_help: &'static str,
    /// Back.
    pub come_back: (&'static str, &'static str),
    /// Another phone.
    pub add_phone: (&'static str, &'static str),
    /// What to do with another SIM.
    pub phone_help: &'static str,
    /// Button that takes a phone away.
    pub remove: &'static str,
    /// Before the names of who shares a phone.
    pub shares: &'static str,
    /// What sharing needs.
    pub shares_help: &'static str,
    /// Button that agrees to it.
    pub share: &'static str,
    /// Title and button of somebody new.
    pub register: (&'static str, &'static str),
    /// What they are told.
    pub register_help: &'static str,
    /// Refused: another area. Its name follows.
    pub not_yours: &'static str,
    /// Refused: an officer or administrator.
    pub role_not_yours: &'static str,
    /// Refused: oneself.
    pub own: &'static str,
    /// Page of the file.
    pub file_help: &'static str,
    /// The columns it has.
    pub file_columns: &'static str,
    /// Field and button.
    pub choose: &'static str,
    /// Look at it.
    pub check: &'static str,
    /// No file came.
    pub no_file: &'static str,
    /// No table.
    pub no_table: &'static str,
    /// What it would do: new, changed, as they are.
    pub would: [&'static str; 3],
    /// What it did.
    pub did: [&'static str; 3],
    /// Another name for a known number, before the lines.
    pub renamed: &'static str,
    /// Not UTF-8.
    pub latin: &'static str,
    /// Nothing was changed yet.
    pub not_yet: &'static str,
    /// Button that brings it in.
    pub confirm: &'static str,
    /// Nothing to bring in.
    pub nothing_new: &'static str,
    /// It waits no more.
    pub over: &'static str,
    /// Faults: heading.
    pub faults: &'static str,
    /// Where there are more than shown.
    pub more_faults: &'static str,
    /// Columns of faults.
    pub fault_columns: [&'static str; 3],
    /// Page of codes.
    pub codes_help: &'static str,
    /// None.
    pub no_codes: &'static str,
    /// Columns of codes: code, last day.
    pub code: &'static str,
    /// See [`PeopleWords::code`].
    pub until: &'static str,
    /// Title and button of a new one.
    pub new_code: (&'static str, &'static str),
    /// Button that ends one.
    pub end: &'static str,
}

impl PeopleWords {
    /// What a column of the file is called.
    pub fn column(&self, name: &'static str) -> &'static str {
        let at = crate::person::file::COLUMNS.iter().position(|known| *known == name);
        at.map_or(if name == "days" { self.days } else { name }, |at| self.columns[at])
    }

    /// What a state is called.
    pub fn presence(&self, presence: Presence) -> &'static str {
        self.states[Presence::ALL.iter().position(|known| *known == presence).unwrap_or(0)]
    }
}

/// The words for `language`: English where asked for, French for all others.
pub fn people_words(language: Language) -> &'static PeopleWords {
    if language == Language::ENGLISH { &ENGLISH } else { &FRENCH }
}

static FRENCH: PeopleWords = PeopleWords {
    title: "Personnes",
    help: "Qui envoie des rapports dans votre zone. Les numéros sont masqués ; la page d’une personne les montre à qui doit \
           l’appeler. Chaque consultation est notée.",
    new: "Inscrire quelqu’un",
    file: "Inscrire par fichier",
    codes: "Codes pour rejoindre",
    all: "Toutes les personnes",
    ways: "Le registre",
    columns: [
        "Téléphone",
        "Nom",
        "Rôle",
        "Réseau",
        "Lieu",
        "Langue",
        "Code d’agent",
        "Téléphone du superviseur",
        "E-mail",
        "Ancien numéro",
        "À partir du",
        "Dernier jour",
        "Identifiant",
    ],
    days: "Jours de validité",
    state: "État",
    states: ["en place", "à venir", "parti"],
    every: "Tous",
    show: "Afficher",
    nobody: "Personne ne correspond.",
    more: "La suite",
    download: "Télécharger cette liste",
    download_note: "10 000 personnes au plus, numéros masqués. La liste contient des noms : gardez-la avec soin.",
    place_hint: "code ou nom",
    may_be_empty: "peut rester vide",
    from_hint: "vide : aujourd’hui",
    phone_hint: "plusieurs : séparés par /",
    agent_hint: "lettres et chiffres, si le téléphone est partagé",
    none: "non choisie",
    done: "C’est enregistré.",
    faulty: "Rien n’est changé. À corriger :",
    phones: "Téléphones",
    call: "Appelez depuis un endroit discret : ces numéros sont personnels.",
    stopped: "a envoyé STOP : ne reçoit ni rappels ni nouvelles",
    shared_with: "partagé avec",
    somebody: "quelqu’un hors de votre zone",
    stands: "Rôle, réseau et lieu dans le temps",
    first_day: "Du",
    last_day: "Au",
    today: "aujourd’hui",
    only_look: "Vous pouvez regarder cette page, pas la changer.",
    only_administrators: "C’est un officier ou un administrateur : seul un administrateur change sa fiche.",
    identity: ("Nom, langue, code, superviseur", "Enregistrer"),
    stand: ("Changer de rôle, de réseau ou de lieu", "Changer à partir de ce jour"),
    stand_help: "Ce qui était avant ce jour reste ; les chiffres passés ne bougent pas.",
    leave: ("Départ", "Noter le départ"),
    leave_help: "Après ce jour, plus rien n’est attendu de cette personne et ses rapports ne comptent plus.",
    come_back: ("Retour", "Noter le retour"),
    add_phone: ("Ajouter un téléphone", "Ajouter"),
    phone_help: "Nouvelle SIM : ajoutez le nouveau numéro, puis retirez l’ancien.",
    remove: "Retirer",
    shares: "Ce numéro est déjà celui de :",
    shares_help: "Sur un téléphone partagé, chacun tape son code d’agent devant le rapport. Est-ce bien le même téléphone ?",
    share: "Oui, le téléphone est partagé",
    register: ("Inscrire quelqu’un", "Inscrire"),
    register_help: "Inscrivez seulement qui le veut. La personne reçoit un SMS qui dit ce qui est gardé d’elle.",
    not_yours: "C’est hors de votre zone. Votre zone :",
    role_not_yours: "Seul un administrateur change la fiche d’un officier ou d’un administrateur. Votre zone :",
    own: "Personne ne change son propre rôle, son lieu ou son départ : un autre doit le faire. Votre zone :",
    file_help: "CSV ou XLSX, 512 Ko au plus. Le fichier est d’abord vérifié, et rien ne change avant votre confirmation. Une \
                seule ligne fautive, et rien n’entre.",
    file_columns: "Première ligne, dans tout ordre ; les cinq premières sont obligatoires :",
    choose: "Fichier",
    check: "Vérifier le fichier",
    no_file: "Choisissez un fichier.",
    no_table: "Ce fichier ne se lit pas comme un tableau CSV ou XLSX dont la première ligne nomme les colonnes.",
    would: ["À inscrire", "À changer", "Sans changement"],
    did: ["Inscrits", "Changés", "Sans changement"],
    renamed: "Autre nom pour un numéro connu : est-ce la même personne ? Lignes",
    latin: "Le fichier n’est pas en UTF-8 : il est lu comme Latin-1. Regardez les accents.",
    not_yet: "Rien n’est encore changé. Confirmez dans l’heure.",
    confirm: "Confirmer et enregistrer",
    nothing_new: "Il n’y a rien à changer.",
    over: "Ce fichier n’attend plus : envoyez-le de nouveau.",
    faults: "Rien n’est changé. Lignes à corriger :",
    more_faults: "D’autres lignes sont fautives ; corrigez celles-ci d’abord. En tout :",
    fault_columns: ["Ligne", "Colonne", "À corriger"],
    codes_help: "Un numéro inconnu envoie JOIN et le code. Un officier appelle, puis accepte ou refuse. Un code seul n’ouvre rien.",
    no_codes: "Aucun code n’est valable dans votre zone.",
    code: "Code",
    until: "Jusqu’au",
    new_code: ("Nouveau code", "Faire un code"),
    end: "Arrêter",
};

static ENGLISH: PeopleWords = PeopleWords {
    title: "People",
    help: "Who reports in your area. Numbers are masked; a person’s page shows them to whoever has to call. Every look is \
           noted.",
    new: "Register somebody",
    file: "Register by file",
    codes: "Codes to join",
    all: "All people",
    ways: "The register",
    columns: [
        "Phone",
        "Name",
        "Role",
        "Network",
        "Place",
        "Language",
        "Agent code",
        "Phone of the supervisor",
        "E-mail",
        "Previous number",
        "From",
        "Last day",
        "Id",
    ],
    days: "Days it is taken",
    state: "State",
    states: ["here", "to come", "left"],
    every: "All",
    show: "Show",
    nobody: "Nobody fits.",
    more: "More",
    download: "Download this list",
    download_note: "10,000 people at most, numbers masked. The list holds names: keep it with care.",
    place_hint: "code or name",
    may_be_empty: "may stay empty",
    from_hint: "empty: today",
    phone_hint: "several: with / between",
    agent_hint: "letters and digits, on a shared phone",
    none: "not chosen",
    done: "It is saved.",
    faulty: "Nothing was changed. To mend:",
    phones: "Phones",
    call: "Call from where nobody listens: these numbers are personal.",
    stopped: "sent STOP: gets no reminders and no news",
    shared_with: "shared with",
    somebody: "somebody outside your area",
    stands: "Role, network and place over time",
    first_day: "From",
    last_day: "To",
    today: "today",
    only_look: "You may look at this page, not change it.",
    only_administrators: "This is an officer or an administrator: only an administrator changes them.",
    identity: ("Name, language, code, supervisor", "Save"),
    stand: ("Change role, network or place", "Change from this day"),
    stand_help: "What was before that day stays; past figures do not move.",
    leave: ("Leaving", "Note that they leave"),
    leave_help: "After that day nothing is expected of this person, and their reports count no more.",
    come_back: ("Coming back", "Note that they are back"),
    add_phone: ("Add a phone", "Add"),
    phone_help: "Another SIM: add the new number, then take the old one away.",
    remove: "Take away",
    shares: "This number is already that of:",
    shares_help: "On a shared phone everybody types their agent code before the report. Is it the same phone?",
    share: "Yes, the phone is shared",
    register: ("Register somebody", "Register"),
    register_help: "Register only who wants it. They get an SMS that says what is kept about them.",
    not_yours: "That lies outside your area. Your area:",
    role_not_yours: "Only an administrator changes an officer or an administrator. Your area:",
    own: "Nobody changes their own role, place or leaving: somebody else has to. Your area:",
    file_help: "CSV or XLSX, 512 KB at most. The file is looked at first, and nothing changes before you confirm. One faulty row, \
                and nothing comes in.",
    file_columns: "First line, in any order; the first five must be there:",
    choose: "File",
    check: "Look at the file",
    no_file: "Choose a file.",
    no_table: "This file cannot be read as a CSV or XLSX table whose first line names the columns.",
    would: ["To be registered", "To be changed", "As they are"],
    did: ["Registered", "Changed", "As they were"],
    renamed: "Another name for a known number: is it the same person? Lines",
    latin: "The file is not UTF-8: it is read as Latin-1. Look at the accents.",
    not_yet: "Nothing is changed yet. Confirm within the hour.",
    confirm: "Confirm and save",
    nothing_new: "There is nothing to change.",
    over: "This file waits no more: send it again.",
    faults: "Nothing was changed. Rows to mend:",
    more_faults: "More rows are faulty; mend these first. In all:",
    fault_columns: ["Line", "Column", "To mend"],
    codes_help: "An unknown number sends JOIN and the code. An officer calls, then accepts or refuses. A code alone opens nothing.",
    no_codes: "No code is taken in your area.",
    code: "Code",
    until: "Until",
    new_code: ("New code", "Make a code"),
    end: "End",
};
