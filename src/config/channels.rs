//! `[[channel]]`: an account at a provider, checked against what that provider takes.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::outbound;
use crate::base::NumberingPlan;
use crate::channel::{Channel, Provider, provider};

/// Shortest webhook key: 16 characters from a generator cannot be guessed over a network.
pub const KEY_CHARS_MIN: usize = 16;
/// Messages sent per second where nothing is said: what the slowest provider takes (Orange, 5 a second).
const PER_SECOND_DEFAULT: u32 = 5;
/// A like USSD answer within so many seconds is the same step again, where the provider tells steps apart in no other way.
const REPEAT_SECONDS_DEFAULT: u32 = 2;
/// Longest such time accepted: beyond it people really type the same digit twice.
const REPEAT_SECONDS_MAX: u32 = 10;
/// Fastest pacing accepted.
const PER_SECOND_MAX: u32 = 1_000;

/// One configured account.
#[derive(Clone)]
pub struct ChannelConfig {
    /// Our name for it.
    pub id: String,
    /// Who speaks its protocol.
    pub provider: &'static dyn Provider,
    /// The unguessable part of its webhook addresses.
    pub key: SecretString,
    /// What it sends as.
    pub sender: String,
    /// Address to send to instead of the provider's own.
    pub base_url: Option<String>,
    /// Most messages sent per second.
    pub per_second: u32,
    /// Seconds within which a like USSD answer is the same step again, where the provider gives neither all inputs nor a
    /// number.
    pub repeat_seconds: u32,
    /// The provider's settings.
    pub settings: BTreeMap<String, String>,
    /// The provider's secrets.
    pub secrets: BTreeMap<String, SecretString>,
}

/// A configured channel, ready to be called.
#[derive(Clone, Debug)]
pub struct Connected {
    /// As configured.
    pub config: ChannelConfig,
    /// As its provider needs it.
    pub channel: Channel,
}

impl std::fmt::Debug for ChannelConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "channel {} at {}", self.id, self.provider.name())
    }
}

impl ChannelConfig {
    /// The channel as its provider needs to know it.
    pub fn for_provider(&self, public_url: &str, numbering: &NumberingPlan) -> Channel {
        Channel {
            id: self.id.clone(),
            sender: self.sender.clone(),
            settings: self.settings.clone(),
            secrets: self.secrets.clone(),
            base_url: self.base_url.clone(),
            public_url: public_url.to_owned(),
            key: self.key.clone(),
            numbering: numbering.clone(),
        }
    }

    /// Reads one `[[channel]]` table.
    pub(super) fn read(mut table: BTreeMap<String, toml::Value>) -> Result<ChannelConfig, String> {
        let id = word(&mut table, "id")?.ok_or("a [[channel]] has no `id`")?;
        let fault = |what: String| format!("channel `{id}`: {what}");
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)) {
            return Err(fault("`id` may hold letters, digits, `-` and `_` only".into()));
        }
        let name = word(&mut table, "provider").map_err(fault)?.ok_or_else(|| fault("has no `provider`".into()))?;
        let provider = provider(&name).ok_or_else(|| fault(unknown_provider(&name)))?;
        let key = word(&mut table, "key").map_err(fault)?.unwrap_or_default();
        if key.chars().count() < KEY_CHARS_MIN
            || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        {
            return Err(fault(format!(
                "`key` must have at least {KEY_CHARS_MIN} letters and digits; it guards the webhooks"
            )));
        }
        let sender = word(&mut table, "sender").map_err(fault)?.unwrap_or_default();
        let may_be_plain = word(&mut table, "plain_http").map_err(fault)?.is_some_and(|flag| flag == "true");
        let base_url = word(&mut table, "base_url").map_err(fault)?;
        base_url.as_deref().map_or(Ok(()), |url| outbound::check("base_url", url, may_be_plain)).map_err(fault)?;
        let number = |table: &mut BTreeMap<String, toml::Value>, name: &str, default: u32, range: (u32, u32)| {
            let Some(text) = word(table, name)? else { return Ok(default) };
            let number = text.parse().ok().filter(|number| (range.0..=range.1).contains(number));
            number.ok_or_else(|| format!("`{name}` must be a whole number from {} to {}", range.0, range.1))
        };
        let per_second = number(&mut table, "per_second", PER_SECOND_DEFAULT, (1, PER_SECOND_MAX)).map_err(fault)?;
        let repeat_seconds =
            number(&mut table, "repeat_seconds", REPEAT_SECONDS_DEFAULT, (0, REPEAT_SECONDS_MAX)).map_err(fault)?;
        let (settings, secrets) = provider_settings(provider, table).map_err(fault)?;
        if let Some(url) = settings.get("send_url") {
            outbound::check("send_url", url, may_be_plain).map_err(fault)?;
        }
        let key = key.into();
        Ok(ChannelConfig { id, provider, key, sender, base_url, per_second, repeat_seconds, settings, secrets })
    }
}

type Provided = (BTreeMap<String, String>, BTreeMap<String, SecretString>);

fn provider_settings(provider: &dyn Provider, mut table: BTreeMap<String, toml::Value>) -> Result<Provided, String> {
    let takes = provider.settings();
    let (mut settings, mut secrets) = (BTreeMap::new(), BTreeMap::new());
    for name in table.keys().cloned().collect::<Vec<_>>() {
        let known = takes.required.iter().chain(takes.optional);
        if !known.clone().any(|known| *known == name) {
            return Err(format!("`{name}` is not a setting of {}; it takes {}", provider.name(), listed(known)));
        }
        let value = word(&mut table, &name)?.unwrap_or_default();
        if takes.secret.contains(&name.as_str()) {
            secrets.insert(name, SecretString::from(value));
        } else {
            settings.insert(name, value);
        }
    }
    match takes.required.iter().find(|name| !settings.contains_key(**name) && !secrets.contains_key(**name)) {
        Some(missing) => Err(format!("{} needs `{missing}`", provider.name())),
        None => Ok((settings, secrets)),
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a &'a str>) -> String {
    names.map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn unknown_provider(name: &str) -> String {
    let known: Vec<&str> = crate::channel::PROVIDERS.iter().map(|provider| provider.name()).collect();
    format!("no provider is called `{name}`; known are {}", known.join(", "))
}

/// Takes a text, number or flag out of the table as text.
fn word(table: &mut BTreeMap<String, toml::Value>, name: &str) -> Result<Option<String>, String> {
    match table.remove(name) {
        None => Ok(None),
        Some(toml::Value::String(text)) => Ok(Some(text)),
        Some(toml::Value::Integer(number)) => Ok(Some(number.to_string())),
        Some(toml::Value::Boolean(flag)) => Ok(Some(flag.to_string())),
        Some(other) => Err(format!("`{name}` must be a text, not {}", other.type_str())),
    }
}
