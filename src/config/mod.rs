//! Configuration: `relais.toml`, then `RELAIS_*`, then flags; parsed once into final types. Secrets never show in `Debug`.

mod channels;
mod file;
mod outbound;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use jiff::tz::TimeZone;
use secrecy::{ExposeSecret, SecretString};

use crate::base::NumberingPlan;
use crate::base::sealing::{Sealer, SealingError};

pub use channels::{ChannelConfig, Connected, KEY_CHARS_MIN};
pub use file::{ConfigError, Overrides, load};

/// Everything a server is told at start.
#[derive(Clone, Debug)]
pub struct Config {
    /// Address of webhooks, pages and API.
    pub listen: SocketAddr,
    /// Address of `/healthz`, `/readyz` and `/metrics`: apart, so that they are never public by accident.
    pub operations_listen: SocketAddr,
    /// Our address as others see it, without a slash at the end.
    pub public_url: String,
    /// `sqlite:FILE` or `postgres://...`. Secret because it may hold a password.
    pub database: SecretString,
    /// Folder of the pack; `None` for the embedded Mali pack.
    pub pack: Option<PathBuf>,
    /// The programme's time zone.
    pub timezone: TimeZone,
    /// Key of everything sealed, in base64.
    pub secret_key: SecretString,
    /// The key before, while the key is being changed.
    pub previous_secret_key: Option<SecretString>,
    /// How long texts and messages are kept.
    pub privacy: Privacy,
    /// Folder where callbacks wait while the database is down.
    pub spool: PathBuf,
    /// Personal access token at the DHIS2 server figures are pushed to; empty without one.
    pub dhis2_token: SecretString,
    /// True where anyone may see the communes' figures, without what is small enough to be somebody's.
    pub public: bool,
    /// Proxies of ours, which are believed when they name who asks.
    pub trusted_proxies: Vec<IpAddr>,
    /// Accounts at providers, still without the pack's numbering plan.
    pub channels: Vec<ChannelConfig>,
}

/// How long what people wrote is kept. Reports and their figures stay for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Privacy {
    /// Days until the texts of messages are removed.
    pub raw_text_days: u32,
    /// Days until messages are removed whole.
    pub message_days: u32,
}

impl Default for Privacy {
    fn default() -> Privacy {
        Privacy { raw_text_days: 90, message_days: 730 }
    }
}

impl Config {
    /// True where people reach us by HTTPS, whatever stands between them and us.
    pub fn is_https(&self) -> bool {
        self.public_url.starts_with("https://")
    }

    /// The channel for what we send of ourselves: the first configured one that can send SMS.
    pub fn sending_channel(&self, connected: &[Connected]) -> Option<String> {
        let can_send = |known: &&Connected| known.config.provider.problems(&known.channel).is_empty();
        connected.iter().find(can_send).map(|known| known.config.id.clone())
    }

    /// What seals and opens: with the key, and with the one before where there is one.
    ///
    /// # Errors
    /// [`SealingError::BadKey`] for one that is no key.
    pub fn sealer(&self) -> Result<Sealer, SealingError> {
        let sealer = Sealer::from_base64(self.secret_key.expose_secret())?;
        match &self.previous_secret_key {
            None => Ok(sealer),
            Some(previous) => Ok(sealer.after(Sealer::from_base64(previous.expose_secret())?)),
        }
    }

    /// The channels, ready to be called.
    pub fn connected(&self, numbering: &NumberingPlan) -> Vec<Connected> {
        let connect = |config: &ChannelConfig| Connected {
            channel: config.for_provider(&self.public_url, numbering),
            config: config.clone(),
        };
        self.channels.iter().map(connect).collect()
    }
}
