-- The country pack with which the kit works, where it is not the one of the program.
CREATE TABLE country_pack (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    version  TEXT    NOT NULL -- SHA-256 of the pack, in hexadecimal; changes between two interviews
) STRICT;
