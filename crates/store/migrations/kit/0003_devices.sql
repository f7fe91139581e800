-- Scanners and cameras at the kit: whom it trusts, and the officers' own prints.

-- The list of trusted devices as the centre signed it. One row; a newer list replaces it.
CREATE TABLE device_trust (
    place   INTEGER PRIMARY KEY CHECK (place = 1),
    version INTEGER NOT NULL CHECK (version >= 0), -- never goes back
    note    TEXT    NOT NULL -- the signed text, verified anew each time it is used
) STRICT;

-- Prints of the officers of this kit, so that their own fingers are told when they lie on the glass.
CREATE TABLE officer_print (
    officer_id BLOB    NOT NULL CHECK (length(officer_id) = 16) REFERENCES officer (officer_id),
    finger     INTEGER NOT NULL CHECK (finger BETWEEN 1 AND 10), -- ISO/IEC 19794-2
    content    BLOB    NOT NULL, -- the template under a key of the root key, bound to officer and finger
    PRIMARY KEY (officer_id, finger)
) STRICT, WITHOUT ROWID;
