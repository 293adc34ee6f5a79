//! What Africa's Talking would answer to a send, for the demo: every message is taken and goes nowhere.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, Json, Router};
use serde_json::json;
use uuid::Uuid;

/// The address a demo's channel sends to.
pub fn router() -> Router {
    Router::new().route("/demo/provider/version1/messaging", post(take))
}

async fn take(Form(fields): Form<BTreeMap<String, String>>) -> Response {
    let number = fields.get("to").cloned().unwrap_or_default();
    let id = format!("ATXid_{}", Uuid::now_v7().simple());
    let recipient = json!({"statusCode": 101, "number": number, "status": "Success", "cost": "0", "messageId": id});
    let answer = json!({"SMSMessageData": {"Message": "Sent to 1/1 Total Cost: 0", "Recipients": [recipient]}});
    (StatusCode::CREATED, Json(answer)).into_response()
}
