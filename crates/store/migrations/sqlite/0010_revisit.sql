-- Residents who are to be met again, and which kits were told. Words as in the first migration.

CREATE TABLE revisit (
    revisit BLOB NOT NULL PRIMARY KEY CHECK (length(revisit) = 16), -- id; fixed
    application BLOB NOT NULL REFERENCES application (application), -- whose; fixed
    ask TEXT NOT NULL,                   -- JSON: what is to be done better, codes only; fixed
    kit BLOB NOT NULL CHECK (length(kit) = 16), -- the kit that captured; fixed
    person_sealed BLOB NOT NULL,         -- sealed, class revisit: name, birth, where the person lives; fixed
    asked_at INTEGER NOT NULL,           -- time; fixed
    settled_at INTEGER,                  -- time it was answered or needed no more; set once
    answered_by BLOB,                    -- application that came instead; set with settled_at
    not_done TEXT,                       -- code of why an officer could not do it; set once
    not_done_at INTEGER,                 -- time by the kit that told it; set with not_done
    not_done_by BLOB                     -- the officer; set with not_done
) STRICT;
CREATE UNIQUE INDEX revisit_open ON revisit (application) WHERE settled_at IS NULL;
CREATE INDEX revisit_open_by_kit ON revisit (kit, asked_at, revisit) WHERE settled_at IS NULL;

-- Where they live, so that a kit finds those of its place.
CREATE TABLE revisit_area (
    token BLOB NOT NULL CHECK (length(token) = 16), -- blind: area of residence, or one around it; fixed
    revisit BLOB NOT NULL REFERENCES revisit (revisit), -- which; fixed
    PRIMARY KEY (token, revisit)
) STRICT;
CREATE INDEX revisit_area_by_revisit ON revisit_area (revisit);

-- Which kit was told of whom: once for each, with the disclosure line of the person.
CREATE TABLE revisit_told (
    revisit BLOB NOT NULL REFERENCES revisit (revisit), -- which; fixed
    kit BLOB NOT NULL CHECK (length(kit) = 16), -- to whom; fixed
    told_at INTEGER NOT NULL,            -- time of the first telling; fixed
    PRIMARY KEY (revisit, kit)
) STRICT;

-- Where somebody lives, is there a kit?
CREATE INDEX fleet_kit_by_place ON fleet_kit (place) WHERE state_name = 'active';
