-- Cards that officers check in the field: whose cards are believed, and which looks the centre must learn of.

-- The list of issuers' keys and revoked cards as the centre signed it. One row; a newer list replaces it.
CREATE TABLE card_trust (
    place   INTEGER PRIMARY KEY CHECK (place = 1),
    version INTEGER NOT NULL CHECK (version >= 0), -- never goes back
    note    TEXT    NOT NULL -- the signed text, verified anew each time it is used
) STRICT;

-- Looks at cards, each sealed to the centre at once: the kit cannot read them again. A row goes once the centre has it.
CREATE TABLE card_look (
    look_id BLOB    PRIMARY KEY CHECK (length(look_id) = 16), -- drawn; says nothing
    looked_at INTEGER NOT NULL, -- milliseconds since the epoch, for the order of sending
    sealed  BLOB    NOT NULL CHECK (length(sealed) <= 4096) -- a letter of the packet crate
) STRICT, WITHOUT ROWID;
