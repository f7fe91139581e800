-- The foreign desk: cases of ours that another desk looks at too, and cases of other platforms
-- that our reviewers decide. Words as in the first migration.

-- Other desks whose opinions are taken. Each stands as an officer who is no person.
CREATE TABLE outside_desk (
    officer BLOB NOT NULL PRIMARY KEY REFERENCES officer (officer), -- under which its opinions stand; fixed
    name TEXT NOT NULL UNIQUE,           -- as the operator named it; fixed
    noted_at INTEGER NOT NULL            -- time; fixed
) STRICT;

-- Cases that were sent out, each once.
CREATE TABLE outside_request (
    request BLOB NOT NULL PRIMARY KEY CHECK (length(request) = 16), -- id, as in messages; fixed
    adjudication_case BLOB NOT NULL UNIQUE REFERENCES adjudication_case (adjudication_case), -- the case; fixed
    officer BLOB NOT NULL REFERENCES outside_desk (officer), -- to which desk; fixed
    asked_at INTEGER NOT NULL,           -- time; fixed
    expires_at INTEGER NOT NULL,         -- time from which shares are closed and answers are late; fixed
    published_at INTEGER,                -- time the broker had it; set once
    answer_hash BLOB,                    -- SHA-256 of what the first answer says; set once
    answer_sealed BLOB,                  -- sealed, class opinion: what it says; set once
    answered_at INTEGER,                 -- time; set once
    outcome TEXT,                        -- what became of the answer; set once
    settled_at INTEGER                   -- time of it; set once
) STRICT;
CREATE INDEX outside_request_unpublished ON outside_request (asked_at, request)
    WHERE published_at IS NULL;
CREATE INDEX outside_request_open ON outside_request (officer, expires_at) WHERE settled_at IS NULL;

-- The people of a case that was sent out, each behind an address of its own.
CREATE TABLE outside_share (
    request BLOB NOT NULL REFERENCES outside_request (request), -- the request; fixed
    place INTEGER NOT NULL,              -- 0 for the applicant, then the candidates; fixed
    application BLOB NOT NULL REFERENCES application (application), -- whose; fixed
    reads INTEGER NOT NULL,              -- times it was fetched; grows
    PRIMARY KEY (request, place)
) STRICT;

-- Cases of other platforms. Nothing of them enters the register.
CREATE TABLE foreign_case (
    adjudication_case BLOB NOT NULL PRIMARY KEY CHECK (length(adjudication_case) = 16), -- id; fixed
    platform TEXT NOT NULL,              -- as the operator named it; fixed
    request TEXT NOT NULL,               -- the platform's id of its request; fixed
    request_hash BLOB NOT NULL CHECK (length(request_hash) = 32), -- SHA-256 of the request; fixed
    slip_number TEXT NOT NULL,           -- number shown as of an application; fixed
    sides TEXT NOT NULL,                 -- JSON: ids drawn for applicant and candidates; fixed
    references_sealed BLOB,              -- sealed, class foreign: the platform's ids of the same; emptied once
    evidence_sealed BLOB,                -- sealed, class foreign: what is shown; emptied once
    stage_name TEXT NOT NULL,            -- name of the stage; changes with stage
    stage TEXT NOT NULL,                 -- JSON of the stage; changes
    opened_at INTEGER NOT NULL,          -- time; fixed
    decided_at INTEGER,                  -- time; set once
    answered_at INTEGER,                 -- time the broker had the answer; set once
    erased_at INTEGER,                   -- time its data were erased; set once
    version INTEGER NOT NULL,            -- changes of stage, from 1; grows
    UNIQUE (platform, request)
) STRICT;
CREATE INDEX foreign_case_unanswered ON foreign_case (platform, decided_at, adjudication_case)
    WHERE answered_at IS NULL;
CREATE INDEX foreign_case_unerased ON foreign_case (answered_at, adjudication_case)
    WHERE erased_at IS NULL;
CREATE TABLE foreign_image (
    adjudication_case BLOB NOT NULL REFERENCES foreign_case (adjudication_case), -- of which; fixed
    place TEXT NOT NULL,                 -- JSON: side and image; fixed
    image_sealed BLOB NOT NULL,          -- sealed, class foreign: media type, bytes; fixed
    PRIMARY KEY (adjudication_case, place)
) STRICT;
