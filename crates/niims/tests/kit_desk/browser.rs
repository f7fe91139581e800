//! What a browser does: cookies, the token of the form, no redirect followed unseen.

use std::fmt::Write as _;
use std::time::Duration;

use ureq::http::Request;

/// The kit does not answer: it was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Gone;

/// A page that came whole.
pub struct Page {
    pub status: u16,
    /// Where it leads on.
    pub to: String,
    pub body: String,
}

/// A browser on the laptop.
pub struct Browser {
    agent: ureq::Agent,
    site: String,
    cookies: Vec<(String, String)>,
    token: String,
}

impl Browser {
    pub fn new(site: &str) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_mins(1)))
            .build()
            .new_agent();
        Self { agent, site: site.to_owned(), cookies: Vec::new(), token: String::new() }
    }

    pub fn get(&mut self, path: &str) -> Result<Page, Gone> {
        let request = self.request("GET", path).body(()).unwrap();
        self.read(|agent| agent.run(request))
    }

    /// Sends a form. `Ok` is a page that came back whole: what it calls saved is promised.
    pub fn post(&mut self, path: &str, fields: &[(String, String)]) -> Result<Page, Gone> {
        let mut body = format!("csrf={}", escaped(&self.token));
        for (name, text) in fields {
            let _ = write!(body, "&{}={}", escaped(name), escaped(text));
        }
        let request = self
            .request("POST", path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body)
            .unwrap();
        self.read(|agent| agent.run(request))
    }

    /// Sends a form with a photograph.
    pub fn upload(
        &mut self,
        path: &str,
        fields: &[(&str, &str)],
        photograph: &[u8],
    ) -> Result<Page, Gone> {
        let mut body = Vec::new();
        let token = self.token.clone();
        for (name, text) in fields.iter().copied().chain([("csrf", token.as_str())]) {
            let part =
                format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
            body.extend(part.into_bytes());
        }
        body.extend(
            b"--x\r\nContent-Disposition: form-data; name=\"photograph\"; filename=\"a\"\r\n\r\n",
        );
        body.extend(photograph);
        body.extend(b"\r\n--x--\r\n");
        let request = self
            .request("POST", path)
            .header("content-type", "multipart/form-data; boundary=x")
            .body(body)
            .unwrap();
        self.read(|agent| agent.run(request))
    }

    fn request(&self, method: &str, path: &str) -> ureq::http::request::Builder {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.site))
            .header("cookie", cookies.join("; "))
    }

    fn read(
        &mut self,
        send: impl FnOnce(&ureq::Agent) -> Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<Page, Gone> {
        let mut response = send(&self.agent).map_err(|_| Gone)?;
        let body = response.body_mut().read_to_vec().map_err(|_| Gone)?;
        for line in response.headers().get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, value) = line.split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.retain(|(known, _)| known != name);
            if !line.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        let body = String::from_utf8_lossy(&body).into_owned();
        if let Some((_, after)) = body.split_once("name=\"csrf\" value=\"") {
            after.split('"').next().unwrap().clone_into(&mut self.token);
        }
        let to = response.headers().get("location").map_or("", |to| to.to_str().unwrap());
        Ok(Page { status: response.status().as_u16(), to: to.to_owned(), body })
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}
