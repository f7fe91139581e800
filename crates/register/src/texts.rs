//! Words of messages to residents, English and Swahili in one SMS, since a
//! telephone is often shared in a household.

/// Texts by key. `{code}` stands for the one-time code.
const TEXTS: [(&str, &str); 11] = [
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
    (
        "message.linked",
        "You are registered already. Your number stays as it is; no second one is given. \
         If this is wrong, you may appeal at any desk. / Tayari umesajiliwa. Nambari yako \
         inabaki ileile. Kama si sahihi, unaweza kukata rufaa katika kituo chochote.",
    ),
    (
        "message.recapture_asked",
        "Your fingerprints could not be read well enough. Please come to a desk again with \
         your slip. It is free. / Alama zako za vidole hazikusomeka vizuri. Tafadhali uje tena \
         kituoni na karatasi yako. Ni bure.",
    ),
    (
        "message.held",
        "Two senior officers are checking your application. It takes longer than usual. You may \
         ask or appeal at any desk. / Maafisa wawili wakuu wanakagua ombi lako. Itachukua muda \
         zaidi. Unaweza kuuliza au kukata rufaa katika kituo chochote.",
    ),
    (
        "message.refused_for_fraud",
        "Your application was refused. Sign in to the portal or come to a desk to learn why and \
         to appeal. / Ombi lako limekataliwa. Ingia kwenye tovuti au uje kituoni ujue sababu na \
         ukate rufaa.",
    ),
    (
        "message.appeal_opened",
        "Your appeal has been taken down. Officers who have not seen your case will decide it. / \
         Rufaa yako imepokelewa. Maafisa ambao hawajaona ombi lako wataiamua.",
    ),
    (
        "message.appeal_upheld",
        "Your appeal has been decided: the decision stands. You may ask for the reasons at any \
         desk and go to court. / Rufaa yako imeamuliwa: uamuzi unabaki. Unaweza kuuliza sababu \
         kituoni na kwenda mahakamani.",
    ),
    (
        "message.appeal_overturned",
        "Your appeal has been decided: the decision was changed. Sign in to the portal to see \
         what follows. / Rufaa yako imeamuliwa: uamuzi umebadilishwa. Ingia kwenye tovuti uone \
         kinachofuata.",
    ),
    (
        "message.merged",
        "You had two numbers. One of them is suspended; the other is yours. Sign in to the \
         portal to see it. You may appeal. / Ulikuwa na nambari mbili. Moja imesimamishwa; \
         nyingine ni yako. Ingia kwenye tovuti uione. Unaweza kukata rufaa.",
    ),
    ("message.unmerged", "Your number is in use again. / Nambari yako inatumika tena."),
];

/// The text under a key; empty for a key that is not in the list.
pub(crate) fn text(key: &str) -> String {
    TEXTS.iter().find(|(known, _)| *known == key).map_or("", |(_, text)| text).to_owned()
}
