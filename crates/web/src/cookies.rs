//! Cookies: read with bounds, written strict.

use axum::http::{HeaderMap, HeaderValue, header};

/// Most cookies that are looked at; a browser keeps fewer for one of our names.
const MOST_COOKIES: usize = 40;

/// The cookies of a request.
#[derive(Clone, Default)]
pub struct Cookies(Vec<(String, String)>);

impl Cookies {
    /// Reads the `Cookie` headers; what is malformed is left out.
    pub fn read(headers: &HeaderMap) -> Self {
        let pairs = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|line| line.split(';'))
            .take(MOST_COOKIES)
            .filter_map(|pair| pair.trim().split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect();
        Self(pairs)
    }

    /// The value of a cookie; `secure` says under which name it was set.
    pub fn get(&self, name: &str, secure: bool) -> Option<&str> {
        let name = full_name(name, secure);
        self.0.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl core::fmt::Debug for Cookies {
    /// Without values: they are keys to records.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Cookies({})", self.0.len())
    }
}

/// A cookie to set. Always `HttpOnly`, `SameSite=Strict` and for the whole host;
/// `Secure` under the `__Host-` prefix except over plain HTTP on the loopback.
#[derive(Clone)]
pub struct Cookie {
    name: &'static str,
    value: String,
    max_age_s: Option<u32>,
}

impl Cookie {
    /// A cookie that goes when the browser closes. The value must be of letters,
    /// digits, `-`, `_` and `.` only; anything else is dropped when it is written.
    pub const fn session(name: &'static str, value: String) -> Self {
        Self { name, value, max_age_s: None }
    }

    /// A cookie that lasts for `max_age_s` seconds.
    pub const fn lasting(name: &'static str, value: String, max_age_s: u32) -> Self {
        Self { name, value, max_age_s: Some(max_age_s) }
    }

    /// Takes a cookie away.
    pub const fn gone(name: &'static str) -> Self {
        Self { name, value: String::new(), max_age_s: Some(0) }
    }

    /// The `Set-Cookie` header.
    pub fn header(&self, secure: bool) -> Option<HeaderValue> {
        let value: String = self
            .value
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            .collect();
        let mut line =
            format!("{}={value}; Path=/; HttpOnly; SameSite=Strict", full_name(self.name, secure));
        if let Some(max_age_s) = self.max_age_s {
            line.extend(["; Max-Age=", &max_age_s.to_string()]);
        }
        if secure {
            line.push_str("; Secure");
        }
        HeaderValue::from_str(&line).ok()
    }
}

impl core::fmt::Debug for Cookie {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "Cookie({})", self.name)
    }
}

fn full_name(name: &str, secure: bool) -> String {
    if secure { format!("__Host-niims-{name}") } else { format!("niims-{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_strict_and_reads_back() {
        for secure in [true, false] {
            let line =
                Cookie::lasting("visit", "ab12\r\n; x".to_owned(), 60).header(secure).unwrap();
            let line = line.to_str().unwrap();
            assert!(line.contains("HttpOnly; SameSite=Strict"), "{line}");
            assert_eq!(line.ends_with("; Secure"), secure);
            assert_eq!(line.starts_with("__Host-"), secure);
            let mut headers = HeaderMap::new();
            let sent = format!("other=1; {}", line.split(';').next().unwrap());
            headers.insert(header::COOKIE, HeaderValue::from_str(&sent).unwrap());
            let cookies = Cookies::read(&headers);
            assert_eq!(cookies.get("visit", secure), Some("ab12x"));
            assert_eq!(cookies.get("visit", !secure), None);
        }
    }
}
