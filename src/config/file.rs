//! Reading the configuration from its three layers.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use config::{Config as Layers, Environment, File, FileFormat};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{ChannelConfig, Config, Privacy};

/// What may also be given as `RELAIS_{NAME}`.
const FROM_ENVIRONMENT: [&str; 11] = [
    "listen",
    "operations_listen",
    "public_url",
    "database",
    "pack",
    "timezone",
    "secret_key",
    "previous_secret_key",
    "spool",
    "public",
    "dhis2_token",
];
/// Shortest time texts are kept, in days: a week's reports can still be looked at while they are due.
const RAW_TEXT_DAYS_MIN: u32 = 7;
/// Shortest time messages are kept: longer than any provider calls again.
const MESSAGE_DAYS_MIN: u32 = 30;
/// Longest time anything is kept: ten years.
const DAYS_MAX: u32 = 3_660;

/// What flags override.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--listen`
    pub listen: Option<String>,
    /// `--database`
    pub database: Option<String>,
    /// `--pack`
    pub pack: Option<PathBuf>,
}

/// The configuration cannot be used; says where and what.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{source_name}: {reason}")]
pub struct ConfigError {
    /// Which file or layer.
    pub source_name: String,
    /// What is wrong, and the mend.
    pub reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default = "default_listen")]
    listen: String,
    #[serde(default = "default_operations")]
    operations_listen: String,
    #[serde(default)]
    public_url: String,
    #[serde(default = "default_database")]
    database: String,
    #[serde(default)]
    pack: Option<PathBuf>,
    #[serde(default = "default_timezone")]
    timezone: String,
    #[serde(default)]
    secret_key: String,
    #[serde(default)]
    previous_secret_key: String,
    #[serde(default = "default_spool")]
    spool: PathBuf,
    #[serde(default)]
    dhis2_token: String,
    #[serde(default)]
    public: bool,
    #[serde(default)]
    trusted_proxies: Vec<String>,
    #[serde(default)]
    privacy: RawPrivacy,
    #[serde(default)]
    channel: Vec<BTreeMap<String, toml::Value>>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPrivacy {
    raw_text_days: Option<u32>,
    message_days: Option<u32>,
}

fn default_listen() -> String {
    "127.0.0.1:8080".into()
}

fn default_operations() -> String {
    "127.0.0.1:9090".into()
}

fn default_database() -> String {
    "sqlite:relais.sqlite".into()
}

fn default_timezone() -> String {
    "Africa/Bamako".into()
}

fn default_spool() -> PathBuf {
    "spool".into()
}

/// Reads `file`, then `environment` (pairs as from the process), then `flags`. Relative paths are those of the file's folder.
///
/// # Errors
/// [`ConfigError`] naming the key and what it must be.
pub fn load(file: &Path, environment: &[(String, String)], flags: &Overrides) -> Result<Config, ConfigError> {
    let source_name = file.display().to_string();
    let fault = |reason: String| ConfigError { source_name: source_name.clone(), reason };
    let text = std::fs::read_to_string(file)
        .map_err(|error| fault(format!("cannot be read ({error}); `relais init DIR` writes one")))?;
    let known = |name: &str| {
        let key = name.strip_prefix("RELAIS_").map(str::to_ascii_lowercase);
        key.is_some_and(|key| FROM_ENVIRONMENT.contains(&key.as_str()))
    };
    let environment = environment.iter().filter(|(name, _)| known(name)).cloned().collect();
    let mut layers = Layers::builder()
        .add_source(File::from_str(&text, FileFormat::Toml))
        .add_source(Environment::with_prefix("RELAIS").source(Some(environment)));
    let flags = [
        ("listen", flags.listen.clone()),
        ("database", flags.database.clone()),
        ("pack", flags.pack.as_ref().map(|pack| pack.display().to_string())),
    ];
    for (key, value) in flags {
        layers = layers.set_override_option(key, value).map_err(|error| fault(error.to_string()))?;
    }
    let raw: Raw = layers.build().and_then(Layers::try_deserialize).map_err(|error| fault(error.to_string()))?;
    finish(raw, file.parent().unwrap_or(Path::new("."))).map_err(fault)
}

fn finish(raw: Raw, folder: &Path) -> Result<Config, String> {
    let address = |text: &str, key: &str| {
        text.parse::<SocketAddr>()
            .map_err(|_| format!("`{key}` must be an address and port such as 0.0.0.0:8080, not `{text}`"))
    };
    let listen = address(&raw.listen, "listen")?;
    if raw.secret_key.is_empty() {
        return Err(
            "`secret_key` is missing; `relais init` writes one, and without the right one nothing stored can be read"
                .into(),
        );
    }
    let public_url = match raw.public_url.trim_end_matches('/') {
        "" => format!("http://{listen}"),
        url if url.starts_with("http://") || url.starts_with("https://") => url.to_owned(),
        url => return Err(format!("`public_url` must begin with http:// or https://, not `{url}`")),
    };
    let mut channels: Vec<ChannelConfig> = Vec::new();
    for table in raw.channel {
        let channel = ChannelConfig::read(table)?;
        if channels.iter().any(|known| known.id == channel.id) {
            return Err(format!("two channels are called `{}`", channel.id));
        }
        channels.push(channel);
    }
    Ok(Config {
        listen,
        operations_listen: address(&raw.operations_listen, "operations_listen")?,
        public_url,
        database: database_in(&raw.database, folder)?.into(),
        pack: raw.pack.map(|pack| folder.join(pack)),
        timezone: TimeZone::get(&raw.timezone)
            .map_err(|_| format!("`timezone` must be a name such as Africa/Bamako, not `{}`", raw.timezone))?,
        secret_key: raw.secret_key.into(),
        previous_secret_key: Some(raw.previous_secret_key).filter(|key| !key.is_empty()).map(Into::into),
        privacy: privacy(&raw.privacy)?,
        spool: folder.join(raw.spool),
        dhis2_token: raw.dhis2_token.into(),
        public: raw.public,
        trusted_proxies: raw.trusted_proxies.iter().map(|text| proxy(text)).collect::<Result<_, _>>()?,
        channels,
    })
}

fn proxy(text: &str) -> Result<IpAddr, String> {
    text.parse().map_err(|_| format!("`trusted_proxies` must hold addresses such as \"127.0.0.1\", not `{text}`"))
}

fn privacy(raw: &RawPrivacy) -> Result<Privacy, String> {
    let standing = Privacy::default();
    let raw_text_days = raw.raw_text_days.unwrap_or(standing.raw_text_days);
    let message_days = raw.message_days.unwrap_or(standing.message_days.max(raw_text_days));
    for (name, days, least) in
        [("raw_text_days", raw_text_days, RAW_TEXT_DAYS_MIN), ("message_days", message_days, MESSAGE_DAYS_MIN)]
    {
        if !(least..=DAYS_MAX).contains(&days) {
            return Err(format!("`{name}` of [privacy] must be {least} to {DAYS_MAX} days, not {days}"));
        }
    }
    if message_days < raw_text_days {
        return Err(format!("`message_days` ({message_days}) must not be less than `raw_text_days` ({raw_text_days})"));
    }
    Ok(Privacy { raw_text_days, message_days })
}

/// A relative SQLite file lies beside the configuration, wherever the server is started from.
fn database_in(url: &str, folder: &Path) -> Result<String, String> {
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return Ok(url.to_owned());
    }
    match url.strip_prefix("sqlite:") {
        Some(file) if !file.is_empty() => {
            Ok(format!("sqlite:{}", folder.join(file.trim_start_matches("//")).display()))
        }
        _ => Err(format!(
            "`database` must begin with sqlite: or postgres://, not `{}`",
            url.split("://").next().unwrap_or_default()
        )),
    }
}
