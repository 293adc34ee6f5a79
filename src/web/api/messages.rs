//! `/messages`: what came in and what was answered, phones masked.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Params, given, listing, pages};
use crate::view::{self, Listing, MessageFilter, MessageItem, PageOf};
use crate::web::personal::{self, How};
use crate::web::table::{Format, Table, cell};
use crate::web::{ApiError, App, Visitor};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct MessageParams {
    /// Only of this channel.
    channel: Option<String>,
    /// Only with this id at the provider; needs `channel`.
    external_id: Option<String>,
    /// Only with this outcome: `saved asked refused command duplicate unknown_sender unreadable limited`.
    outcome: Option<String>,
    /// Only those whose reports are about this place, or without a report, whose sender belongs there.
    place: Option<String>,
    /// The `next` of the page before.
    cursor: Option<String>,
    /// Items of a page, 1 to 500; where none is given 50, and in a file all up to 10,000.
    limit: Option<i64>,
}

/// Messages of your area, newest first.
#[utoipa::path(
    get, path = "/api/v1/messages", params(MessageParams), security(("token" = [])), tag = "reports",
    responses((status = 200, body = PageOf<MessageItem>), (status = 400, body = crate::web::error::ErrorBody))
)]
pub(super) async fn json(
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<MessageParams>,
) -> Result<Json<PageOf<MessageItem>>, ApiError> {
    answer(&app, &visitor, &params, How::Listed).await.map(Json)
}

/// The same as a file.
#[utoipa::path(
    get, path = "/api/v1/messages.csv", params(MessageParams), security(("token" = [])), tag = "reports",
    responses((status = 200, content_type = "text/csv"))
)]
pub(super) async fn csv(
    format: Format,
    visitor: Visitor,
    State(app): State<App>,
    Params(params): Params<MessageParams>,
) -> Result<Response, ApiError> {
    const HEAD: [&str; 11] = [
        "id",
        "channel",
        "direction",
        "peer",
        "text",
        "external_id",
        "sent_at",
        "received_at",
        "outcome",
        "receipts",
        "reply",
    ];
    let page = answer(&app, &visitor, &params, How::File).await?;
    let line = |item: MessageItem| {
        let receipts = item.reports.iter().map(|report| report.receipt.to_string()).collect::<Vec<_>>().join(" ");
        vec![
            item.id,
            item.channel,
            item.direction.to_owned(),
            cell(item.peer),
            cell(item.text),
            cell(item.external_id),
            cell(item.sent_at),
            item.received_at,
            item.outcome,
            receipts,
            cell(item.reply),
        ]
    };
    Table { head: HEAD.map(str::to_owned).to_vec(), rows: page.items.into_iter().map(line).collect() }.response(
        format,
        "relais-messages",
        page.next.as_deref(),
    )
}

async fn answer(
    app: &App,
    visitor: &Visitor,
    params: &MessageParams,
    how: How<'_>,
) -> Result<PageOf<MessageItem>, ApiError> {
    let (channel, outcome, place) = (given(&params.channel), given(&params.outcome), given(&params.place));
    let page = match (channel, given(&params.external_id)) {
        (Some(channel), Some(id)) => view::message_by_external(&app.programme, &visitor.access, channel, id).await?,
        (None, Some(_)) => {
            let help = "An id means something within its channel only: give `channel` too";
            return Err(ApiError::bad("missing_value", Some("channel"), help));
        }
        (channel, None) => {
            let filter = MessageFilter { channel, outcome, place };
            let page = |cursor: Option<String>, limit| async move {
                view::messages(&app.programme, &visitor.access, filter, Listing { cursor: cursor.as_deref(), limit })
                    .await
            };
            pages::read(listing(&params.cursor, params.limit), how, page).await?
        }
    };
    let one = page.items.first().filter(|_| given(&params.external_id).is_some());
    let how = one.map_or(how, |one| How::One(&one.id));
    personal::shown(&app.programme, visitor, ("messages", page.items.len()), how).await?;
    Ok(page)
}
