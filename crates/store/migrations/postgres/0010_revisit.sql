-- Residents who are to be met again, and which kits were told. Words as in the first migration.

CREATE TABLE revisit (
    revisit BYTEA NOT NULL PRIMARY KEY CHECK (length(revisit) = 16), -- id; fixed
    application BYTEA NOT NULL REFERENCES application (application), -- whose; fixed
    ask TEXT NOT NULL,                   -- JSON: what is to be done better, codes only; fixed
    kit BYTEA NOT NULL CHECK (length(kit) = 16), -- the kit that captured; fixed
    person_sealed BYTEA NOT NULL,         -- sealed, class revisit: name, birth, where the person lives; fixed
    asked_at BIGINT NOT NULL,           -- time; fixed
    settled_at BIGINT,                  -- time it was answered or needed no more; set once
    answered_by BYTEA,                    -- application that came instead; set with settled_at
    not_done TEXT,                       -- code of why an officer could not do it; set once
    not_done_at BIGINT,                 -- time by the kit that told it; set with not_done
    not_done_by BYTEA                     -- the officer; set with not_done
);
CREATE UNIQUE INDEX revisit_open ON revisit (application) WHERE settled_at IS NULL;
CREATE INDEX revisit_open_by_kit ON revisit (kit, asked_at, revisit) WHERE settled_at IS NULL;

-- Where they live, so that a kit finds those of its place.
CREATE TABLE revisit_area (
    token BYTEA NOT NULL CHECK (length(token) = 16), -- blind: area of residence, or one around it; fixed
    revisit BYTEA NOT NULL REFERENCES revisit (revisit), -- which; fixed
    PRIMARY KEY (token, revisit)
);
CREATE INDEX revisit_area_by_revisit ON revisit_area (revisit);

-- Which kit was told of whom: once for each, with the disclosure line of the person.
CREATE TABLE revisit_told (
    revisit BYTEA NOT NULL REFERENCES revisit (revisit), -- which; fixed
    kit BYTEA NOT NULL CHECK (length(kit) = 16), -- to whom; fixed
    told_at BIGINT NOT NULL,            -- time of the first telling; fixed
    PRIMARY KEY (revisit, kit)
);

-- Where somebody lives, is there a kit?
CREATE INDEX fleet_kit_by_place ON fleet_kit (place) WHERE state_name = 'active';
