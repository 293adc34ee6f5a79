//! One client for every server: callers with a connection each, every answer timed and checked.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// How long a server is driven before its answers are timed: processes warm up, statements are prepared.
const WARM_UP: Duration = Duration::from_secs(1);
/// A server that does not answer within this time has failed.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(60);

/// What a server answered.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Somebody who calls: one call after the other, on a connection of their own.
pub trait Caller: Send + 'static {
    /// The next call, whole.
    fn call(&mut self) -> Vec<u8>;

    /// Looks at its answer.
    ///
    /// # Errors
    /// What is wrong with it: then there is no figure.
    fn heard(&mut self, answer: &Answer) -> Result<(), String>;

    /// How long they think before the next call.
    fn pause(&self) -> Duration {
        Duration::ZERO
    }
}

/// What came of driving a server.
pub struct Driven {
    /// Answers in all, those of the warm-up too.
    pub answers: u64,
    /// Answers per second, the warm-up not counted.
    pub per_second: f64,
    /// Half the answers came within this time.
    pub p50: Duration,
    /// Of a hundred answers, all but one came within this time.
    pub p99: Duration,
}

/// Lets every caller call until `driven_for` is over, the last call answered.
///
/// # Errors
/// The first wrong answer, or a server that went silent.
pub async fn drive<C: Caller>(address: SocketAddr, callers: Vec<C>, driven_for: Duration) -> Result<Driven, String> {
    let counted_from = Instant::now() + WARM_UP;
    let until = counted_from + driven_for;
    let mut calling = JoinSet::new();
    for caller in callers {
        calling.spawn(call(address, caller, counted_from, until));
    }
    let (mut answers, mut times) = (0, Vec::new());
    while let Some(done) = calling.join_next().await {
        let (answered, timed) = done.map_err(|error| error.to_string())??;
        answers += answered;
        times.extend(timed);
    }
    // Calls begun in time are answered a little after it.
    let seconds = (Instant::now() - counted_from).as_secs_f64();
    times.sort_unstable();
    let part = |of_hundred: usize| times.get(times.len() * of_hundred / 100).copied().unwrap_or_default();
    Ok(Driven { answers, per_second: times.len() as f64 / seconds, p50: part(50), p99: part(99) })
}

async fn call<C: Caller>(
    address: SocketAddr,
    mut caller: C,
    counted_from: Instant,
    until: Instant,
) -> Result<(u64, Vec<Duration>), String> {
    let (mut line, mut answers, mut times) = (Line::to(address), 0, Vec::new());
    while Instant::now() + caller.pause() < until {
        // Nothing to wait for is no reason to give way.
        if !caller.pause().is_zero() {
            tokio::time::sleep(caller.pause()).await;
        }
        let call = caller.call();
        let began = Instant::now();
        let answer = tokio::time::timeout(ANSWER_TIMEOUT, line.ask(&call)).await;
        let answer = answer.map_err(|_| "no answer in time".to_owned())?.map_err(|error| error.to_string())?;
        caller.heard(&answer)?;
        answers += 1;
        if began >= counted_from {
            times.push(began.elapsed());
        }
    }
    Ok((answers, times))
}

/// A connection, opened anew when the server closes it.
pub struct Line {
    address: SocketAddr,
    stream: Option<TcpStream>,
    heard: Vec<u8>,
}

impl Line {
    /// A line to `address`, opened by the first call.
    pub fn to(address: SocketAddr) -> Line {
        Line { address, stream: None, heard: Vec::with_capacity(1_024) }
    }

    /// Sends a call and reads its answer whole.
    pub async fn ask(&mut self, call: &[u8]) -> std::io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(self.address).await?;
                stream.set_nodelay(true)?;
                stream
            }
        };
        stream.write_all(call).await?;
        self.heard.clear();
        let mut chunk = [0; 1_024];
        loop {
            let read = stream.read(&mut chunk).await?;
            if read == 0 {
                return Err(std::io::Error::other("the server closed the connection before it had answered"));
            }
            self.heard.extend_from_slice(&chunk[..read]);
            let Some(head_end) = self.heard.windows(4).position(|window| window == b"\r\n\r\n") else { continue };
            let head = String::from_utf8_lossy(&self.heard[..head_end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse().ok());
            let length: usize = length.ok_or_else(|| std::io::Error::other("an answer without its length"))?;
            if self.heard.len() < head_end + 4 + length {
                continue;
            }
            let status = head.split(' ').nth(1).and_then(|word| word.parse().ok()).unwrap_or_default();
            let body = String::from_utf8_lossy(&self.heard[head_end + 4..]).into_owned();
            if !head.contains("connection: close") {
                self.stream = Some(stream);
            }
            return Ok(Answer { status, body });
        }
    }
}
