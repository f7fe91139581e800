-- The kit's certificate, as the centre signed it last.
CREATE TABLE certificate (
    only_row   INTEGER PRIMARY KEY CHECK (only_row = 1),
    version    INTEGER NOT NULL, -- of the certificate; never falls
    note       TEXT    NOT NULL, -- the certificate as a signed note, verified anew each time it is used
    pack_since INTEGER           -- since when it names the country pack that it names; empty since the enrolment
) STRICT;

-- When the centre said that the kit is suspended; empty while it works.
ALTER TABLE kit ADD COLUMN suspended_at INTEGER;
