//! A double of Africa's Talking: a real HTTP server that keeps every send it gets and answers as it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use axum::{Form, Json, Router};
use serde_json::json;
use tokio::net::TcpListener;
use tokio::sync::Notify;

/// What to answer to one send.
#[derive(Clone)]
pub enum Answer {
    /// Taken, as the real one does it.
    Take,
    /// An HTTP status and nothing else.
    Status(u16),
    /// Too fast: come back after so many seconds.
    Throttle(u32),
    /// A number that does not exist.
    Refuse,
    /// Taken, but answered only once this is notified.
    Hold(Arc<Notify>),
}

/// A send as it came.
#[derive(Clone, Debug)]
pub struct Send {
    /// When, by the double's clock.
    pub at: Instant,
    pub to: String,
    pub text: String,
    pub api_key: String,
    /// The id it was or would be given.
    pub id: String,
    /// True where it was taken.
    pub taken: bool,
}

#[derive(Default)]
struct Inner {
    plan: Mutex<VecDeque<Answer>>,
    sends: Mutex<Vec<Send>>,
}

/// The double.
#[derive(Clone)]
pub struct Provider {
    /// What to put into `base_url`.
    pub url: String,
    inner: Arc<Inner>,
}

impl Provider {
    /// A double on a free port.
    pub async fn start() -> Provider {
        Provider::on(TcpListener::bind("127.0.0.1:0").await.expect("a free port"))
    }

    /// A double on this listener.
    pub fn on(listener: TcpListener) -> Provider {
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let inner = Arc::new(Inner::default());
        let router = Router::new().route("/version1/messaging", post(take)).with_state(inner.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Provider { url, inner }
    }

    /// Answers the next sends so, in this order; later ones are taken.
    pub fn plan(&self, answers: impl IntoIterator<Item = Answer>) {
        self.inner.plan.lock().expect("a plan").extend(answers);
    }

    /// Every send so far.
    pub fn sends(&self) -> Vec<Send> {
        self.inner.sends.lock().expect("sends").clone()
    }

    /// Texts that were taken, by number.
    pub fn taken(&self) -> BTreeMap<String, Vec<String>> {
        let mut taken: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for send in self.sends().into_iter().filter(|send| send.taken) {
            taken.entry(send.to).or_default().push(send.text);
        }
        taken
    }
}

async fn take(
    State(inner): State<Arc<Inner>>,
    headers: HeaderMap,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Response {
    let answer = inner.plan.lock().expect("a plan").pop_front().unwrap_or(Answer::Take);
    let field = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let (id, to) = {
        let mut sends = inner.sends.lock().expect("sends");
        let send = Send {
            at: Instant::now(),
            to: field("to"),
            text: field("message"),
            api_key: headers.get("apikey").and_then(|key| key.to_str().ok()).unwrap_or_default().to_owned(),
            id: format!("ATXid_{}_{}", sends.len(), uuid::Uuid::now_v7().simple()),
            taken: matches!(answer, Answer::Take | Answer::Hold(_)),
        };
        sends.push(send.clone());
        (send.id, send.to)
    };
    let recipient = match answer {
        Answer::Status(status) => return StatusCode::from_u16(status).expect("a status").into_response(),
        Answer::Throttle(seconds) => {
            return (StatusCode::TOO_MANY_REQUESTS, [("retry-after", seconds.to_string())]).into_response();
        }
        Answer::Refuse => json!({"statusCode": 403, "number": to, "status": "InvalidPhoneNumber", "messageId": "None"}),
        Answer::Take => json!({"statusCode": 101, "number": to, "status": "Success", "messageId": id}),
        Answer::Hold(gate) => {
            gate.notified().await;
            json!({"statusCode": 101, "number": to, "status": "Success", "messageId": id})
        }
    };
    (StatusCode::CREATED, Json(json!({"SMSMessageData": {"Message": "Sent", "Recipients": [recipient]}})))
        .into_response()
}
