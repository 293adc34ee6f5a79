//! The programme while it runs: its store, its clock, and the pack and places in force.
//!
//! The pack and the tree are replaced together and whole, so that nobody reads half of a change. Never decides anything.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, OnceLock, PoisonError, RwLock};

use jiff::tz::TimeZone;
use quick_cache::sync::Cache;

use crate::base::sealing::sha256_hex;
use crate::base::{Date, Environment, Period, PlaceId};
use crate::flow::diagnostic::Diagnostic;
use crate::flow::model::Pack;
use crate::flow::source::{FlowEdition, load_flow};
use crate::place::file::{self, PlaceRow, RowFault};
use crate::place::{ALWAYS, Outlines, Span, Tree};
use crate::store::area::State;
use crate::store::flow_version::{self, FlowVersion};
use crate::store::{Store, StoreError, Tx, place, setting};

/// Everything a running programme works with.
pub struct Programme {
    /// The database.
    pub store: Store,
    /// Clock and randomness.
    pub environment: Environment,
    /// Where days begin and end.
    pub timezone: TimeZone,
    in_force: RwLock<Arc<InForce>>,
    editions: RwLock<HashMap<String, Arc<FlowEdition>>>,
}

/// The pack and the places in force.
pub struct InForce {
    /// The pack.
    pub pack: Arc<Pack>,
    /// All places.
    pub tree: Tree,
    /// What anyone may ask for again and again, by area, as it was last counted.
    pub public_counts: Cache<PlaceId, Arc<PublicCounts>>,
    outlines: OnceLock<Outlines>,
}

/// Areas whose public counts are kept: a country with its regions and cercles.
const PUBLIC_AREAS_KEPT: usize = 128;

/// Counts by commune, rank of their quarter, and indicator.
pub type CommuneCounts = HashMap<(PlaceId, usize, String), i64>;

/// Counts of an area: right as long as nothing moved in its periods.
pub struct PublicCounts {
    /// The quarters counted, with the state of the area in each.
    pub states: Vec<(Period, State)>,
    /// The counts.
    pub counts: CommuneCounts,
}

impl Programme {
    /// Takes the pack's places and flows into the store where they are new or changed, and puts the pack in force.
    ///
    /// # Errors
    /// [`OpenError::Places`] with every faulty row; nothing is changed then. Else what the store says.
    pub async fn open(
        store: Store,
        environment: Environment,
        timezone: TimeZone,
        pack: Pack,
    ) -> Result<Programme, OpenError> {
        let today = environment.now().date_in(&timezone);
        let in_force = InForce::load(&store, &environment, today, pack).await?;
        let in_force = RwLock::new(Arc::new(in_force));
        Ok(Programme { store, environment, timezone, in_force, editions: RwLock::default() })
    }

    /// The pack and places in force now: one and the same for as long as the answer is held.
    pub fn in_force(&self) -> Arc<InForce> {
        Arc::clone(&self.in_force.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another pack in force for everything that begins afterwards; what has begun ends with the old one.
    ///
    /// # Errors
    /// As [`Programme::open`]; the old pack then stays in force.
    pub async fn replace_pack(&self, pack: Pack) -> Result<(), OpenError> {
        let in_force = InForce::load(&self.store, &self.environment, self.today(), pack).await?;
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(in_force);
        Ok(())
    }

    /// Reads the places anew where a map was brought in since they were read, by this process or another; true where one was.
    ///
    /// # Errors
    /// What the store says; the places in force then stay.
    pub async fn refresh_places(&self) -> Result<bool, StoreError> {
        let in_force = self.in_force();
        let mut tx = self.store.reader().await?;
        if place::maps(&mut tx).await? == in_force.tree.maps().len() {
            return Ok(false);
        }
        let tree = place::load(&mut tx, &in_force.pack.place_vintage).await?;
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) =
            Arc::new(InForce::new(Arc::clone(&in_force.pack), tree));
        Ok(true)
    }

    /// The edition of a flow with this hash: what a report filed under it is counted by, whatever is in force now.
    ///
    /// # Errors
    /// What the store says; [`StoreError::OldFlow`] for an edition that cannot be read back.
    pub async fn edition(&self, tx: &mut Tx, hash: &str) -> Result<Arc<FlowEdition>, StoreError> {
        if let Some(known) = self.editions.read().unwrap_or_else(PoisonError::into_inner).get(hash) {
            return Ok(Arc::clone(known));
        }
        let corrupt = || StoreError::Corrupt { table: "flow_version", column: "source", id: hash.to_owned() };
        let version = flow_version::by_hash(tx, hash).await?.ok_or_else(corrupt)?;
        let unreadable = |faults: Vec<Diagnostic>| StoreError::OldFlow {
            flow: version.flow.clone(),
            version: version.version,
            fault: faults.first().map_or_else(String::new, |fault| fault.message.clone()),
        };
        let edition = Arc::new(load_flow(&self.in_force().pack, &version.source).map_err(unreadable)?);
        let mut editions = self.editions.write().unwrap_or_else(PoisonError::into_inner);
        editions.insert(hash.to_owned(), Arc::clone(&edition));
        Ok(edition)
    }

    /// The present day where the programme works.
    pub fn today(&self) -> Date {
        self.environment.now().date_in(&self.timezone)
    }
}

impl InForce {
    /// A pack with its places.
    pub fn new(pack: impl Into<Arc<Pack>>, tree: Tree) -> InForce {
        InForce { pack: pack.into(), tree, public_counts: Cache::new(PUBLIC_AREAS_KEPT), outlines: OnceLock::new() }
    }

    /// The outlines of the pack's boundary files, read at first use and kept as long as the pack is in force. A file that
    /// cannot be read gives none: its places are then listed without a map.
    pub fn outlines(&self) -> &Outlines {
        self.outlines.get_or_init(|| {
            let (outlines, faults) = Outlines::read(self.pack.boundaries.iter());
            for (level, fault) in faults {
                tracing::warn!(level, %fault, "a boundary file of the pack cannot be read: its places have no map");
            }
            outlines
        })
    }

    /// Takes `pack` into the store and reads its places back as a tree: what [`Programme::replace_pack`] puts in force.
    ///
    /// # Errors
    /// As [`Programme::open`].
    async fn load(store: &Store, environment: &Environment, today: Date, pack: Pack) -> Result<InForce, OpenError> {
        let levels: Vec<&str> = pack.levels.iter().map(|level| level.id.as_str()).collect();
        let rows = file::read(&pack.places, &levels).map_err(OpenError::Places)?;
        let mut attempts = 1;
        loop {
            match take_in(store, environment, today, &pack, &rows).await {
                Ok(tree) => return Ok(InForce::new(pack, tree)),
                // Another server takes the same pack in at the same time: whoever comes second finds it done.
                Err(OpenError::Store(error)) if error.is_conflict() && attempts < ATTEMPTS_MAX => attempts += 1,
                Err(error) => return Err(error),
            }
        }
    }
}

/// Why a programme cannot open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Rows of the pack's places that cannot be taken.
    #[error("the pack's places cannot be taken: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Places(Vec<RowFault>),
    /// What the store says.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Times taking a pack in is tried beside other servers that do the same.
const ATTEMPTS_MAX: u32 = 5;
/// Name of the setting that tells which places were taken in last.
const PLACES_HASH: &str = "places_hash";

async fn take_in(
    store: &Store,
    environment: &Environment,
    today: Date,
    pack: &Pack,
    rows: &[PlaceRow],
) -> Result<Tree, OpenError> {
    let hash = sha256_hex(format!("{}\n{}\n{}", pack.place_vintage, pack.places, pack.place_codes).as_bytes());
    let mut tx = store.begin().await?;
    for flow in &pack.flows {
        let (hash, source) = (flow.hash.clone(), flow.source.clone());
        let version = FlowVersion { hash, flow: flow.id.clone(), version: flow.version, source };
        flow_version::keep(&mut tx, &version, environment.now()).await?;
    }
    let known = setting::get(&mut tx, PLACES_HASH).await?;
    if known.as_deref() != Some(hash.as_str()) {
        let tree = place::load(&mut tx, &pack.place_vintage).await?;
        if let Some(row) = rows.iter().find(|row| !tree.is_empty() && !tree.has_vintage(&row.vintage)) {
            let reason = format!(
                "vintage {} is not known here: bring its map in first, with its successors (relais import places --help)",
                row.vintage
            );
            return Err(OpenError::Places(vec![RowFault::row(0, reason)]));
        }
        match tree.maps().last() {
            // What the list of an earlier map says of parents would undo the map that came after it.
            Some(last) if last.vintage != pack.place_vintage => {
                let (map, from) = (last.vintage.as_str(), last.from);
                tracing::warn!(pack = pack.place_vintage, map, %from, "the pack's places are of an earlier map: left as they are");
            }
            last => {
                // The first places have always stood so; a later file says how they stand from today.
                let from = last.map_or(today, |last| last.from.max(today));
                let span = if known.is_none() && last.is_none() { ALWAYS } else { Span { from, to: ALWAYS.to } };
                place::import(&mut tx, rows, span).await?;
            }
        }
        other_codes(&mut tx, &pack.place_codes).await?;
        setting::set(&mut tx, PLACES_HASH, &hash).await?;
    }
    let tree = place::load(&mut tx, &pack.place_vintage).await?;
    tx.commit().await?;
    Ok(tree)
}

/// One row of the file of codes in other vintages.
#[derive(serde::Deserialize)]
struct CodeRow {
    place_code: String,
    place_vintage: String,
    vintage: String,
    code: String,
}

/// Gives places the codes they bear in other vintages; a code that stands already stays as it is.
async fn other_codes(tx: &mut Tx, text: &str) -> Result<(), OpenError> {
    let mut known = place::codes(tx).await?;
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for (index, row) in reader.deserialize::<CodeRow>().enumerate() {
        let fault = |reason: String| OpenError::Places(vec![RowFault::row(index + 2, reason)]);
        let row = row.map_err(|error| fault(error.to_string()))?;
        let place = known.get(&(row.place_vintage.clone(), row.place_code.clone())).copied();
        let place = place.ok_or_else(|| fault(format!("{} of {} is no place", row.place_code, row.place_vintage)))?;
        if let Entry::Vacant(vacant) = known.entry((row.vintage, row.code)) {
            place::also_coded(tx, &vacant.key().0, &vacant.key().1, place).await?;
            vacant.insert(place);
        }
    }
    Ok(())
}
