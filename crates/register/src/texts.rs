//! Words of messages to residents, English and Swahili in one SMS, since a
//! telephone is often shared in a household.

/// Texts by key. `{code}` stands for the one-time code.
const TEXTS: [(&str, &str); 2] = [
    (
        "message.number_assigned",
        "Your Huduma Namba is ready. Sign in to the portal to see it. It is free. / \
         Huduma Namba yako iko tayari. Ingia kwenye tovuti uione. Ni bure.",
    ),
    (
        "message.one_time_code",
        "Your code is {code}, good for 10 minutes. Give it to nobody. / \
         Nambari yako ya siri ni {code}, kwa dakika 10. Usimpe mtu yeyote.",
    ),
];

/// The text under a key; empty for a key that is not in the list.
pub(crate) fn text(key: &str) -> String {
    TEXTS.iter().find(|(known, _)| *known == key).map_or("", |(_, text)| text).to_owned()
}
