//! The whole matrix: role × page × action, as a table that is reviewed when it changes.

use core::fmt::Write as _;

use niims_record::staff::{Action, Role};

use super::routes::{Declared, Gate};

/// The table: a line for each route, a column for each role.
pub(super) fn table(declared: &[Declared]) -> String {
    let mut out = String::from(
        "# Who may come to which staff page. Made from the routes as declared; to renew it:\n\
         # NIIMS_RENEW_MATRIX=1 cargo test -p niims-console matrix\n\
         # x: a duty with this role permits it. Places and times narrow it further.\n",
    );
    out.push_str(&line("method", "path", "action", Role::ALL.map(Role::name)));
    let mut routes: Vec<&Declared> = declared.iter().collect();
    routes.sort_by_key(|route| (route.path, route.method.as_str().to_owned()));
    for route in routes {
        let (action, marks) = match route.gate {
            Gate::Anybody => ("(anybody)", Role::ALL.map(|_| "x")),
            Gate::May(action) => (action.name(), Role::ALL.map(|role| mark(action, role))),
        };
        out.push_str(&line(route.method.as_str(), route.path, action, marks));
    }
    out
}

fn mark(action: Action, role: Role) -> &'static str {
    if action.is_for(role) { "x" } else { "-" }
}

fn line(method: &str, path: &str, action: &str, marks: [&str; Role::ALL.len()]) -> String {
    let mut line = format!("{method:<6} {path:<44} {action:<22}");
    for (role, mark) in Role::ALL.iter().zip(marks) {
        let _ = write!(line, " {mark:<width$}", width = role.name().len());
    }
    format!("{}\n", line.trim_end())
}
