-- People whom the centre asks to meet again.

-- The list as the centre gave it last, whole. One row; a newer list replaces it.
CREATE TABLE revisit_list (
    place    INTEGER PRIMARY KEY CHECK (place = 1),
    given_at INTEGER NOT NULL, -- milliseconds since the epoch
    content  BLOB    NOT NULL  -- under a key of the kit's root, bound to its place
) STRICT;

-- What officers did about requests. A row goes once the centre knows and its list has the request no more.
CREATE TABLE revisit_done (
    revisit_id BLOB    PRIMARY KEY CHECK (length(revisit_id) = 16), -- drawn by the centre; says nothing
    outcome    TEXT    NOT NULL CHECK (outcome IN ('captured', 'not_done')),
    done_at    INTEGER NOT NULL,
    sealed     BLOB    CHECK (length(sealed) <= 4096) -- the letter that tells the centre why; emptied once it knows
) STRICT, WITHOUT ROWID;
