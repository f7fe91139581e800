//! The words printed on every card, in English and Swahili.

/// A text in both languages of the card.
pub(super) struct Both {
    pub en: &'static str,
    pub sw: &'static str,
}

pub(super) const STATE: Both = Both { en: "REPUBLIC OF KENYA", sw: "JAMHURI YA KENYA" };
pub(super) const CARD: Both = Both { en: "HUDUMA CARD", sw: "KADI YA HUDUMA" };
pub(super) const NUMBER: &str = "Huduma Namba";
pub(super) const NAME: Both = Both { en: "Name", sw: "Jina" };
pub(super) const SEX: Both = Both { en: "Sex", sw: "Jinsia" };
pub(super) const BORN: Both = Both { en: "Date of birth", sw: "Tarehe ya kuzaliwa" };
pub(super) const RESIDENCE: Both = Both { en: "Residence class", sw: "Hadhi ya ukaazi" };
pub(super) const ISSUED: Both = Both { en: "Issued", sw: "Imetolewa" };
pub(super) const UNTIL: Both = Both { en: "Valid until", sw: "Mwisho wa kutumika" };
pub(super) const SERIAL: Both = Both { en: "Card", sw: "Kadi" };
pub(super) const SPECIMEN: &str = "SPECIMEN";

/// Requirement R012: a number that someone knows identifies nobody.
pub(super) const PROVES_NOTHING: Both =
    Both { en: "The number alone proves nothing.", sw: "Namba pekee haithibitishi chochote." };
pub(super) const HOW_TO_CHECK: Both = Both {
    en: "Check the code, then compare the bearer with the portrait.",
    sw: "Kagua msimbo, kisha linganisha mwenye kadi na picha.",
};
/// Requirement R078: no fee for form, enrolment or card.
pub(super) const FREE: Both =
    Both { en: "This card is free of charge.", sw: "Kadi hii hutolewa bila malipo." };
/// Requirement R011: other documents stay valid.
pub(super) const OTHERS_STAY: Both =
    Both { en: "It replaces no other document.", sw: "Haibatilishi hati nyingine yoyote." };
pub(super) const COMPLAINTS: Both = Both { en: "Complaints", sw: "Malalamiko" };

impl Both {
    /// Both on one line, English first.
    pub fn line(&self) -> String {
        format!("{} / {}", self.en, self.sw)
    }
}
