//! Whose reports are asked for.

/// Whose reports are asked for: by the network and the role they count under. `None` for all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Senders<'a> {
    /// Network id.
    pub network: Option<&'a str>,
    /// Role id.
    pub role: Option<&'a str>,
}

impl Senders<'_> {
    /// Everybody.
    pub const ALL: Senders<'static> = Senders { network: None, role: None };

    /// True for what stands under this network and role.
    pub fn include(&self, network: &str, role: &str) -> bool {
        self.network.is_none_or(|asked| asked == network) && self.role.is_none_or(|asked| asked == role)
    }
}
