//! Connections with an end: one on which we have written nothing for long is closed, and there are never too many.
//!
//! A caller who sends a request letter by letter, or nothing at all, would otherwise hold a connection for ever: each
//! request has its limits of time only once its head is there. Never looks at what is sent.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep};

use super::limits::{CONNECTIONS_MAX, SILENCE_MAX};

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub SocketAddr);

/// A listener whose connections end.
pub struct Bounded {
    inner: TcpListener,
    silence: Duration,
    room: Arc<Semaphore>,
}

impl Bounded {
    /// Over a listener, with the limits of this room.
    pub fn new(inner: TcpListener) -> Bounded {
        Bounded::with(inner, SILENCE_MAX, CONNECTIONS_MAX)
    }

    fn with(inner: TcpListener, silence: Duration, connections_max: usize) -> Bounded {
        Bounded { inner, silence, room: Arc::new(Semaphore::new(connections_max)) }
    }
}

impl Listener for Bounded {
    type Io = Timed;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Timed, SocketAddr) {
        // Whoever comes when all places are taken waits until one is free; the system keeps them in line.
        let room = Arc::clone(&self.room).acquire_owned().await.ok();
        let (inner, address) = Listener::accept(&mut self.inner).await;
        let over = Box::pin(tokio::time::sleep(self.silence));
        (Timed { inner, silence: self.silence, over, _room: room }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.inner.local_addr()
    }
}

impl Connected<IncomingStream<'_, Bounded>> for Peer {
    fn connect_info(stream: IncomingStream<'_, Bounded>) -> Peer {
        Peer(*stream.remote_addr())
    }
}

/// A connection that is over once nothing was written on it for long.
pub struct Timed {
    inner: TcpStream,
    silence: Duration,
    over: Pin<Box<Sleep>>,
    _room: Option<OwnedSemaphorePermit>,
}

impl AsyncRead for Timed {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.over.as_mut().poll(context).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl AsyncWrite for Timed {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        if matches!(written, Poll::Ready(Ok(_))) {
            let later = Instant::now() + self.silence;
            self.over.as_mut().reset(later);
        }
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, pieces);
        if matches!(written, Poll::Ready(Ok(_))) {
            let later = Instant::now() + self.silence;
            self.over.as_mut().reset(later);
        }
        written
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    /// A server of one page that closes silent connections after `silence`.
    async fn serve(silence: Duration, connections_max: usize) -> SocketAddr {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let bounded = Bounded::with(listener, silence, connections_max);
        let address = bounded.local_addr().expect("an address");
        let router = Router::new().route("/", get(|| async { "here" }));
        tokio::spawn(async move { axum::serve(bounded, router).await });
        address
    }

    /// Everything that comes until the other end closes.
    async fn rest(stream: &mut TcpStream) -> String {
        let mut bytes = Vec::new();
        // A connection that is reset is as over as one that is closed.
        let _over = stream.read_to_end(&mut bytes).await;
        String::from_utf8_lossy(&bytes).into_owned()
    }

    #[tokio::test]
    async fn a_caller_who_says_nothing_or_never_ends_is_let_go() {
        for (label, sent) in [("nothing", ""), ("half a head", "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ")] {
            let address = serve(Duration::from_millis(200), 10).await;
            let mut stream = TcpStream::connect(address).await.expect("connects");
            stream.write_all(sent.as_bytes()).await.expect("writes");
            let told = rest(&mut stream).await;
            assert!(!told.contains("here"), "{label}: {told}");
        }
    }

    #[tokio::test]
    async fn a_caller_who_drips_is_let_go_too() {
        let address = serve(Duration::from_millis(300), 10).await;
        let (mut reading, mut writing) = TcpStream::connect(address).await.expect("connects").into_split();
        let dripping = tokio::spawn(async move {
            let mut drips = 0_u32;
            writing.write_all(b"GET / HTTP/1.1\r\nX-Slow: ").await.expect("writes");
            // Never silent, never done, and never too long a head.
            let mut pace = tokio::time::interval(Duration::from_millis(5));
            while writing.write_all(b"a").await.is_ok() {
                drips += 1;
                pace.tick().await;
            }
            drips
        });
        let mut bytes = Vec::new();
        let _over = reading.read_to_end(&mut bytes).await;
        drop(reading);
        assert_eq!(bytes, b"", "let go without a word");
        assert!(dripping.await.expect("ends") > 10);
    }

    #[tokio::test]
    async fn a_caller_who_asks_again_and_again_stays() {
        let address = serve(Duration::from_secs(30), 1).await;
        let mut stream = TcpStream::connect(address).await.expect("connects");
        for _ in 0..3 {
            stream.write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n").await.expect("writes");
            let mut answer = Vec::new();
            while !answer.ends_with(b"here") {
                let mut byte = [0];
                stream.read_exact(&mut byte).await.expect("an answer");
                answer.push(byte[0]);
            }
        }
        // The one place is taken; it is given on when the caller goes.
        let mut next = TcpStream::connect(address).await.expect("waits in line");
        next.write_all(b"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").await.expect("writes");
        drop(stream);
        assert!(rest(&mut next).await.ends_with("here"));
    }
}
