//! Checks of roles: each bound once, to a type that can carry it, and none missing.

use super::{Pack, list_of};
use crate::form::{Field, Role};
use crate::problem::{PackCode, Sink};

pub(super) fn role_of(pack: &Pack<'_>, field: &Field, sink: &Sink) {
    let Some(role) = field.role else { return };
    let first = pack.form.with_role(role, field.parent.as_deref());
    if let Some(first) = first
        && first.line != field.line
    {
        sink.add(
            "form.toml",
            field.line,
            PackCode::RoleTwice,
            format!("{:?} and {:?} both have the role {:?}", first.id, field.id, role.as_str()),
            "leave it on one of them",
        );
    }
    if !role.types().contains(&field.kind.as_str()) {
        sink.add(
            "form.toml",
            field.line,
            PackCode::RoleType,
            format!(
                "a field of type {:?} cannot have the role {:?}",
                field.kind.as_str(),
                role.as_str()
            ),
            format!("use the type {}", role.types().join(" or ")),
        );
    }
    let (Some(list), fixed) = (list_of(pack, field), role.fixed_codes()) else {
        return;
    };
    for code in list.codes() {
        if !fixed.is_empty() && !fixed.contains(&code.code.as_str()) {
            sink.add(
                "form.toml",
                field.line,
                PackCode::UnknownReference,
                format!("the core does not know the code {:?} of {:?}", code.code, list.id),
                format!("use some of {}", fixed.join(", ")),
            );
        }
    }
}

pub(super) fn required_roles(pack: &Pack<'_>, sink: &Sink) {
    let mut needed: Vec<(Role, Option<&str>)> =
        Role::REQUIRED.into_iter().map(|role| (role, None)).collect();
    for list in [Role::Identifiers, Role::ServiceNumbers] {
        if let Some(field) = pack.form.with_role(list, None) {
            needed.push((Role::IdentifierKind, Some(&field.id)));
            needed.push((Role::IdentifierNumber, Some(&field.id)));
        }
    }
    for (role, parent) in needed {
        if pack.form.with_role(role, parent).is_none() {
            sink.add(
                "form.toml",
                1,
                PackCode::RoleMissing,
                format!(
                    "no field{} has the role {:?}",
                    parent.map_or_else(String::new, |parent| format!(" in {parent:?}")),
                    role.as_str()
                ),
                "give it to the field that carries it",
            );
        }
    }
}
