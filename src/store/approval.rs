//! What waits for an officer's agreement, under its area's numbers, and the late changes among it.

use sqlx::FromRow;

use super::limits::PAGE_ROWS_MAX;
use super::sealed::{Origin, Seal, printable};
use super::{StoreError, Tx};
use crate::base::{ApprovalId, Date, Instant, MessageId, PersonId, PlaceId, ReportId};
use crate::flow::turn::Verdict;
use crate::flow::values::Values;
use crate::report::ApprovalKind;

/// Something that waits for an officer, or did.
#[derive(Clone, Debug, PartialEq)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// The area whose officers decide.
    pub area: PlaceId,
    /// Its number there.
    pub number: i64,
    /// What it is.
    pub kind: ApprovalKind,
    /// Id of the report, or of the request to join.
    pub subject: String,
    /// The revision officers were told of.
    pub revision: i64,
    /// The place it is about.
    pub place: PlaceId,
    /// Whose it is; `None` for a number that is nobody's yet.
    pub person: Option<PersonId>,
    /// Since when it waits.
    pub opened: Instant,
    /// What was decided, where it was.
    pub verdict: Option<Verdict>,
    /// Who decided.
    pub settled_by: Option<PersonId>,
    /// When.
    pub settled: Option<Instant>,
    /// Why not, as the officer typed it.
    pub reason: Option<String>,
}

const VERDICTS: [(Verdict, &str); 3] =
    [(Verdict::Agreed, "agreed"), (Verdict::Refused, "refused"), (Verdict::Withdrawn, "withdrawn")];

fn verdict_word(verdict: Verdict) -> &'static str {
    VERDICTS.iter().find(|(known, _)| *known == verdict).map_or("", |(_, word)| word)
}

#[derive(FromRow)]
struct ApprovalRow {
    id: String,
    area_id: i64,
    number: i64,
    kind: String,
    subject: String,
    revision: i64,
    place_id: i64,
    person_id: Option<String>,
    opened_ms: i64,
    verdict: String,
    settled_by: Option<String>,
    settled_ms: Option<i64>,
    reason_sealed: Option<String>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT a.id, a.area_id, a.number, a.kind, a.subject, a.revision, a.place_id, a.person_id, a.opened_ms, ",
            "a.verdict, a.settled_by, a.settled_ms, a.reason_sealed FROM approval a ",
            $rest
        )
    };
}

impl ApprovalRow {
    fn approval(self, seal: &Seal) -> Result<Approval, StoreError> {
        let origin = Origin::new("approval", &self.id);
        let verdict = |word: &str| VERDICTS.iter().find(|(_, known)| *known == word).map(|(verdict, _)| *verdict);
        Ok(Approval {
            id: origin.parse("id", &self.id)?,
            kind: origin.word("kind", &self.kind, ApprovalKind::from_word)?,
            person: origin.parse_optional("person_id", &self.person_id)?,
            settled_by: origin.parse_optional("settled_by", &self.settled_by)?,
            verdict: match self.verdict.as_str() {
                "" => None,
                word => Some(origin.word("verdict", word, verdict)?),
            },
            reason: origin.text_optional("reason_sealed", seal, &self.reason_sealed)?,
            area: PlaceId(self.area_id),
            number: self.number,
            subject: self.subject.clone(),
            revision: self.revision,
            place: PlaceId(self.place_id),
            opened: Instant(self.opened_ms),
            settled: self.settled_ms.map(Instant),
        })
    }
}

/// Lets something wait.
pub async fn open(tx: &mut Tx, approval: &Approval) -> Result<(), StoreError> {
    let query = sqlx::query(
        "INSERT INTO approval (id, area_id, number, kind, subject, revision, place_id, person_id, opened_ms, verdict, \
         settled_by, settled_ms, reason_sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', NULL, NULL, NULL)",
    );
    let query = query
        .bind(approval.id.to_string())
        .bind(approval.area.0)
        .bind(approval.number)
        .bind(approval.kind.word())
        .bind(approval.subject.as_str())
        .bind(approval.revision)
        .bind(approval.place.0)
        .bind(approval.person.map(|person| person.to_string()))
        .bind(approval.opened.0);
    tx.execute_one("approval", query).await
}

/// Takes back what waits about this report: it was changed again, or cancelled.
pub async fn withdraw(tx: &mut Tx, subject: &str, now: Instant) -> Result<(), StoreError> {
    let query =
        sqlx::query("UPDATE approval SET verdict = 'withdrawn', settled_ms = $2 WHERE subject = $1 AND verdict = ''");
    tx.execute(query.bind(subject).bind(now.0)).await?;
    Ok(())
}

/// Decides; false when somebody was faster.
pub async fn settle(
    tx: &mut Tx,
    id: ApprovalId,
    verdict: Verdict,
    by: PersonId,
    reason: &str,
    now: Instant,
) -> Result<bool, StoreError> {
    let seal = tx.seal();
    let query = sqlx::query(
        "UPDATE approval SET verdict = $2, settled_by = $3, settled_ms = $4, reason_sealed = $5 \
         WHERE id = $1 AND verdict = ''",
    );
    let reason = (!reason.is_empty()).then(|| seal.text(reason));
    let query = query.bind(id.to_string()).bind(verdict_word(verdict)).bind(by.to_string()).bind(now.0).bind(reason);
    Ok(tx.execute(query).await? == 1)
}

/// One of them.
pub async fn by_id(tx: &mut Tx, id: ApprovalId) -> Result<Option<Approval>, StoreError> {
    const SQL: &str = select!("WHERE a.id = $1");
    Ok(several(tx, sqlx::query(SQL).bind(id.to_string())).await?.pop())
}

/// All that ever waited about this report, or request to join, oldest first.
pub async fn of_subject(tx: &mut Tx, subject: &str) -> Result<Vec<Approval>, StoreError> {
    const SQL: &str = select!("WHERE a.subject = $1 ORDER BY a.id");
    several(tx, sqlx::query(SQL).bind(subject)).await
}

/// What stands under this number in `area` and in every area within it on `day`.
pub async fn numbered(tx: &mut Tx, area: PlaceId, day: Date, number: i64) -> Result<Vec<Approval>, StoreError> {
    const SQL: &str = select!(
        "JOIN place_within w ON w.place_id = a.area_id WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 \
         AND a.number = $3 ORDER BY a.area_id"
    );
    several(tx, sqlx::query(SQL).bind(area.0).bind(day.to_string()).bind(number)).await
}

/// What waits in an area, the longest waiting first. At most `limit`.
pub async fn waiting(tx: &mut Tx, (area, day): (PlaceId, Date), limit: i64) -> Result<Vec<Approval>, StoreError> {
    const SQL: &str = select!(
        "JOIN place_within w ON w.place_id = a.area_id WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 \
         AND a.verdict = '' ORDER BY a.opened_ms, a.id LIMIT $3"
    );
    several(tx, sqlx::query(SQL).bind(area.0).bind(day.to_string()).bind(limit.clamp(1, PAGE_ROWS_MAX))).await
}

/// Where an approval stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nobody has decided.
    Waiting,
    /// It was decided so.
    Settled(Verdict),
}

/// What stands so in an area, newest first, from before `before` on. At most `limit`.
pub async fn list(
    tx: &mut Tx,
    (area, day): (PlaceId, Date),
    standing: Standing,
    before: Option<ApprovalId>,
    limit: i64,
) -> Result<Vec<Approval>, StoreError> {
    const SQL: &str = select!(
        "JOIN place_within w ON w.place_id = a.area_id WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 \
         AND a.verdict = $3 AND ($4 IS NULL OR a.id < $4) ORDER BY a.id DESC LIMIT $5"
    );
    let verdict = match standing {
        Standing::Waiting => "",
        Standing::Settled(verdict) => verdict_word(verdict),
    };
    let query = sqlx::query(SQL).bind(area.0).bind(day.to_string()).bind(verdict);
    several(tx, query.bind(before.map(|id| id.to_string())).bind(limit.clamp(1, PAGE_ROWS_MAX))).await
}

/// How many reports, and how many late changes of reports, about places in an area and about the days from `from` to `to`
/// wait for an officer on `day`.
pub async fn count_waiting(
    tx: &mut Tx,
    (area, day): (PlaceId, Date),
    (from, to): (Date, Date),
) -> Result<(i64, i64), StoreError> {
    // What waits is numbered by an area, which lies within the one asked about or around it.
    let query = sqlx::query(
        "SELECT COALESCE(CAST(SUM(CASE WHEN a.kind = 'report' THEN 1 ELSE 0 END) AS BIGINT), 0) AS reports, \
         COALESCE(CAST(SUM(CASE WHEN a.kind = 'change' THEN 1 ELSE 0 END) AS BIGINT), 0) AS changes \
         FROM (SELECT w.place_id AS id FROM place_within w WHERE w.area_id = $1 AND w.from_day <= $2 AND w.to_day >= $2 \
         UNION SELECT u.area_id AS id FROM place_within u WHERE u.place_id = $1 AND u.from_day <= $2 AND u.to_day >= $2) x \
         CROSS JOIN approval a CROSS JOIN report r WHERE a.area_id = x.id AND a.verdict = '' AND r.id = a.subject \
         AND r.reference_date >= $3 AND r.reference_date <= $4 AND EXISTS (SELECT 1 FROM place_within w \
         WHERE w.area_id = $1 AND w.place_id = a.place_id AND w.from_day <= $2 AND w.to_day >= $2)",
    );
    let query = query.bind(area.0).bind(day.to_string()).bind(from.to_string()).bind(to.to_string());
    tx.one(query).await
}

async fn several(tx: &mut Tx, query: super::tx::Query) -> Result<Vec<Approval>, StoreError> {
    let seal = tx.seal();
    let rows: Vec<ApprovalRow> = tx.all(query).await?;
    rows.into_iter().map(|row| row.approval(&seal)).collect()
}

/// A late change: where its report will stand once it is agreed to.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// What an officer decides.
    pub approval: ApprovalId,
    /// The report.
    pub report: ReportId,
    /// The message that asked for it.
    pub message: MessageId,
    /// Reference date then.
    pub date: Date,
    /// Values then.
    pub values: Values,
    /// Check ids that then open a task.
    pub tasks: Vec<String>,
    /// True when the report counts no longer then.
    pub cancels: bool,
}

#[derive(FromRow)]
struct ProposalRow {
    approval_id: String,
    report_id: String,
    message_id: String,
    reference_date: String,
    field_values: String,
    tasks: String,
    cancels: i64,
}

/// JSON fit for any database.
fn as_json(value: &impl serde::Serialize) -> String {
    printable(&serde_json::to_string(value).expect("values and words always serialise"))
}

/// Keeps a late change.
pub async fn propose(tx: &mut Tx, proposal: &Proposal) -> Result<(), StoreError> {
    let query = sqlx::query(
        "INSERT INTO proposal (approval_id, report_id, message_id, reference_date, field_values, tasks, cancels) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    );
    let query = query
        .bind(proposal.approval.to_string())
        .bind(proposal.report.to_string())
        .bind(proposal.message.to_string())
        .bind(proposal.date.to_string())
        .bind(as_json(&proposal.values))
        .bind(as_json(&proposal.tasks))
        .bind(i64::from(proposal.cancels));
    tx.execute_one("proposal", query).await
}

/// The change an approval is about.
pub async fn proposal(tx: &mut Tx, approval: ApprovalId) -> Result<Option<Proposal>, StoreError> {
    let query = sqlx::query(
        "SELECT approval_id, report_id, message_id, reference_date, field_values, tasks, cancels FROM proposal \
         WHERE approval_id = $1",
    );
    proposals(tx, query.bind(approval.to_string())).await
}

/// The change of this report that waits, if one does.
pub async fn waiting_change(tx: &mut Tx, report: ReportId) -> Result<Option<Proposal>, StoreError> {
    let query = sqlx::query(
        "SELECT p.approval_id, p.report_id, p.message_id, p.reference_date, p.field_values, p.tasks, p.cancels \
         FROM proposal p JOIN approval a ON a.id = p.approval_id WHERE p.report_id = $1 AND a.verdict = ''",
    );
    proposals(tx, query.bind(report.to_string())).await
}

async fn proposals(tx: &mut Tx, query: super::tx::Query) -> Result<Option<Proposal>, StoreError> {
    let rows: Vec<ProposalRow> = tx.all(query).await?;
    let read = |row: ProposalRow| {
        let origin = Origin::new("proposal", &row.approval_id);
        Ok(Proposal {
            approval: origin.parse("approval_id", &row.approval_id)?,
            report: origin.parse("report_id", &row.report_id)?,
            message: origin.parse("message_id", &row.message_id)?,
            date: origin.parse("reference_date", &row.reference_date)?,
            values: origin.json("field_values", &row.field_values)?,
            tasks: origin.json("tasks", &row.tasks)?,
            cancels: row.cancels != 0,
        })
    };
    rows.into_iter().next().map(read).transpose()
}
