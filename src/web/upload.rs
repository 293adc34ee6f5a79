//! A file that a form sends, as `multipart/form-data` (RFC 7578) of browsers, with the proof that the form was one of ours.
//!
//! Read whole, in memory, up to a limit. Only what our forms hold is looked for; anything else is passed over.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use subtle::ConstantTimeEq;

use super::limits::FILE_BODY_BYTES_MAX;
use super::page::PageError;
use super::{ApiError, App, form};
use crate::base::Language;

/// What came with a form that takes a file.
pub(super) struct Uploaded {
    /// The language of the page it was on.
    pub language: Language,
    /// The file; empty where none was chosen.
    pub file: Vec<u8>,
}

impl FromRequest<App> for Uploaded {
    type Rejection = PageError;

    async fn from_request(request: Request, app: &App) -> Result<Uploaded, PageError> {
        let expected = form::token(app, request.headers());
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
        let boundary = kind.and_then(boundary).map(str::to_owned);
        let asked = super::page::language_of(request.uri());
        let body = to_bytes(request.into_body(), FILE_BODY_BYTES_MAX).await;
        let body = body.map_err(|_| PageError::new(asked, ApiError::too_large()))?;
        let parts = boundary.map(|boundary| parts(&body, &boundary)).unwrap_or_default();
        let part = |name: &str| parts.iter().find(|(known, _)| *known == name).map_or(&[][..], |(_, content)| *content);
        let text = |name: &str| std::str::from_utf8(part(name)).unwrap_or_default();
        let language = text("lang").parse().unwrap_or(asked);
        let is_ours = !expected.is_empty() && bool::from(expected.as_bytes().ct_eq(part("form")));
        if !is_ours {
            return Err(PageError::new(language, ApiError::foreign_form()));
        }
        Ok(Uploaded { language, file: part("file").to_vec() })
    }
}

/// The boundary that a content type names.
fn boundary(kind: &str) -> Option<&str> {
    let (media, rest) = kind.split_once(';')?;
    if !media.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    let named = rest.split(';').filter_map(|pair| pair.trim().split_once('='));
    let boundary = named.into_iter().find(|(name, _)| name.eq_ignore_ascii_case("boundary"))?.1.trim_matches('"');
    Some(boundary).filter(|boundary| !boundary.is_empty())
}

/// The parts with their names, in order; what is cut off has no end and is left out.
fn parts<'b>(body: &'b [u8], boundary: &str) -> Vec<(&'b str, &'b [u8])> {
    let (opening, between) = (format!("--{boundary}"), format!("\r\n--{boundary}"));
    let mut found = Vec::new();
    let Some(start) = position(body, opening.as_bytes()) else { return found };
    let mut rest = &body[start + opening.len()..];
    while let Some(part) = rest.strip_prefix(b"\r\n") {
        let Some(end) = position(part, between.as_bytes()) else { break };
        let (whole, after) = (&part[..end], &part[end + between.len()..]);
        if let Some(head) = position(whole, b"\r\n\r\n") {
            let name = std::str::from_utf8(&whole[..head]).ok().and_then(name);
            found.extend(name.map(|name| (name, &whole[head + 4..])));
        }
        rest = after;
    }
    found
}

fn position(all: &[u8], wanted: &[u8]) -> Option<usize> {
    all.windows(wanted.len()).position(|window| window == wanted)
}

/// The name in a part's head.
fn name(head: &str) -> Option<&str> {
    let disposition = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    let (_, rest) = disposition.split_once("; name=\"")?;
    rest.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_out_as_they_went_in() {
        let body = b"--xyz\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\nabc\r\n--xyz\r\n\
            Content-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n\
            phone;name\r\n1;\xe9\r\n\r\n--xyz--\r\n";
        let found = parts(body, "xyz");
        assert_eq!(found, [("form", &b"abc"[..]), ("file", &b"phone;name\r\n1;\xe9\r\n"[..])]);
    }

    #[test]
    fn what_is_cut_off_or_of_another_kind_gives_nothing() {
        for (label, body) in [
            ("nothing", &b""[..]),
            ("no end", b"--xyz\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\nabc"),
            ("no name", b"--xyz\r\nContent-Type: text/plain\r\n\r\nabc\r\n--xyz--"),
            ("no head", b"--xyz\r\nabc\r\n--xyz--"),
            ("another boundary", b"--abc\r\nContent-Disposition: form-data; name=\"form\"\r\n\r\nabc\r\n--abc--"),
        ] {
            assert_eq!(parts(body, "xyz"), [], "{label}");
        }
    }

    #[test]
    fn a_content_type_names_its_boundary() {
        for (kind, expected) in [
            ("multipart/form-data; boundary=----x1", Some("----x1")),
            ("Multipart/Form-Data; charset=utf-8; Boundary=\"a b\"", Some("a b")),
            ("multipart/form-data", None),
            ("multipart/form-data; boundary=", None),
            ("text/plain; boundary=x", None),
        ] {
            assert_eq!(boundary(kind), expected, "{kind}");
        }
    }
}
