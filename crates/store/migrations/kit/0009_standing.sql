-- The centre's last word that it stopped the kit; none while it never did.
CREATE TABLE standing (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version  INTEGER NOT NULL, -- of the count of the certificates; never falls
    note     TEXT    NOT NULL  -- the word as a signed note, verified before it was kept
) STRICT;
