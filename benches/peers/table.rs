//! What was measured of each server, what went wrong, and the ratios.

use std::time::Duration;

use crate::drive::{Caller, Driven, drive};
use crate::servers::Server;

/// One figure against another, the least it must be and what it is to be.
const RATIOS: [(&str, &str, f64, f64); 5] = [
    ("relais, SMS", "bare, SMS", 0.1, 0.25),
    ("relais, SMS", "RapidSMS, SMS", 30.0, 50.0),
    ("relais, USSD", "bare, USSD", 0.2, 1.0 / 3.0),
    ("relais, USSD", "ussd-menu-builder", 2.0, 3.0),
    ("relais, USSD", "ussd-menu-builder, 2 processes", 2.0, 3.0),
];

/// What was measured, and what went wrong.
#[derive(Default)]
pub struct Table {
    /// Each server with what came of each round.
    rows: Vec<(&'static str, Vec<Driven>)>,
    /// Why there is no figure.
    pub faults: Vec<String>,
}

impl Table {
    /// Drives a server for one round and notes what came of it. One that answered wrongly is not driven again.
    pub async fn drive<C: Caller>(
        &mut self,
        name: &'static str,
        server: &Server,
        callers: Vec<C>,
        driven_for: Duration,
    ) {
        if self.has_failed(name) {
            return;
        }
        match drive(server.address, callers, driven_for).await {
            Ok(driven) => {
                println!(
                    "  {name:<32} {:>8.0} answers/s   p50 {:>8.1?}   p99 {:>8.1?}",
                    driven.per_second, driven.p50, driven.p99
                );
                match self.rows.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, rounds)) => rounds.push(driven),
                    None => self.rows.push((name, vec![driven])),
                }
            }
            Err(fault) => {
                println!("  {name:<32} no figure: {fault}");
                self.faults.push(format!("{name}: {fault}"));
            }
        }
    }

    /// A server that acknowledged what it did not count, or counted it twice, has no figure. `counted` is what it says
    /// itself, the number first.
    pub fn prove(&mut self, name: &str, counted: &str) {
        let acknowledged: u64 = self.rounds(name).iter().map(|driven| driven.answers).sum();
        println!("    {name}: {acknowledged} acknowledged; {counted}");
        if counted.split(' ').next() != Some(acknowledged.to_string().as_str()) {
            self.faults.push(format!("{name}: {acknowledged} acknowledged, but {counted}"));
        }
    }

    fn rounds(&self, name: &str) -> &[Driven] {
        self.rows.iter().find(|(known, _)| *known == name).map_or(&[], |(_, rounds)| rounds)
    }

    fn has_failed(&self, name: &str) -> bool {
        self.faults.iter().any(|fault| fault.split(": ").next() == Some(name))
    }

    /// The ratios, each the middle one of its rounds.
    pub fn print_ratios(&self) {
        println!("ratios, the middle one of the rounds");
        for (one, other, at_least, aim) in RATIOS {
            if self.has_failed(one) || self.has_failed(other) {
                continue;
            }
            let pairs = self.rounds(one).iter().zip(self.rounds(other));
            let mut ratios: Vec<f64> = pairs.map(|(one, other)| one.per_second / other.per_second).collect();
            ratios.sort_by(f64::total_cmp);
            let Some(&ratio) = ratios.get(ratios.len() / 2) else { continue };
            let reached = match ratio {
                ratio if ratio >= aim => "the aim is reached",
                ratio if ratio >= at_least => "the least is reached",
                _ => "NOT reached",
            };
            println!("  {one} / {other}: {ratio:.3}   (at least {at_least:.2}, aim {aim:.2}: {reached})");
        }
        for fault in &self.faults {
            println!("  no figure for {fault}");
        }
    }
}
