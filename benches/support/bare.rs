//! A bare axum handler: it decodes the form and answers. What nobody can be faster than.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use axum::routing::post;
use axum::{Form, Router};
use tokio::net::TcpListener;

/// Serves every hook on `listener`.
pub async fn serve(listener: TcpListener) {
    let handler = post(|Form(fields): Form<BTreeMap<String, String>>| async move { fields.len().to_string() });
    let router = Router::new().route("/in/{channel}/{key}/{hook}", handler);
    axum::serve(listener, router).await.expect("serves");
}

/// Serves beside what runs here; gives the address.
pub async fn start() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(serve(listener));
    address
}
