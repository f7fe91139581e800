-- The desk where people decide. Words as in the first migration. With it the sealed record of
-- linkage_record changes where a correction of its person is accepted.

-- Open cases in the order in which they should be decided. A row goes when its case is over.
CREATE TABLE desk_queue (
    adjudication_case BLOB NOT NULL PRIMARY KEY CHECK (length(adjudication_case) = 16), -- the case, planted or not; fixed
    needs TEXT NOT NULL CHECK (needs IN ('reviewer', 'senior')), -- who must decide; changes
    skill TEXT NOT NULL,                 -- what it asks of a reviewer; fixed
    priority TEXT NOT NULL,              -- how urgent it is; changes
    opened_at INTEGER NOT NULL,          -- time; fixed
    due_at INTEGER NOT NULL,             -- time by which it should be decided; changes
    claimed_by BLOB,                     -- officer who works on it; changes
    claimed_until INTEGER                -- time until which; changes
) STRICT;
CREATE INDEX desk_queue_order ON desk_queue (needs, skill, due_at, adjudication_case);
CREATE INDEX desk_queue_claimed ON desk_queue (claimed_by, claimed_until)
    WHERE claimed_by IS NOT NULL;

-- Who must not decide a case, as tokens of officers, families, places and applications.
CREATE TABLE desk_case_term (
    adjudication_case BLOB NOT NULL CHECK (length(adjudication_case) = 16), -- the case; fixed
    token BLOB NOT NULL CHECK (length(token) = 16), -- blind: officer, family name, place or application; fixed
    PRIMARY KEY (adjudication_case, token)
) STRICT;

-- The same tokens of a reviewer, as stated by a supervisor.
CREATE TABLE reviewer_term (
    officer BLOB NOT NULL CHECK (length(officer) = 16), -- the reviewer; fixed
    token BLOB NOT NULL CHECK (length(token) = 16), -- blind: as in desk_case_term; fixed
    PRIMARY KEY (officer, token)
) STRICT;

-- What reviewers are trained for.
CREATE TABLE reviewer_profile (
    officer BLOB NOT NULL PRIMARY KEY CHECK (length(officer) = 16), -- the reviewer; fixed
    skills TEXT NOT NULL,                -- JSON list of skills, empty for all; changes
    stated_by BLOB NOT NULL CHECK (length(stated_by) = 16), -- who stated it; changes
    stated_at INTEGER NOT NULL           -- time; changes
) STRICT;

-- Pairs of records whose answer is known, and their images.
CREATE TABLE planted_pair (
    planted_pair BLOB NOT NULL PRIMARY KEY CHECK (length(planted_pair) = 16), -- id; fixed
    kind TEXT NOT NULL,                  -- mate, twins and others: the answer follows; fixed
    evidence_sealed BLOB NOT NULL,       -- sealed, class planted: what is shown; fixed
    uses INTEGER NOT NULL,               -- cases opened with it; grows
    added_at INTEGER NOT NULL            -- time; fixed
) STRICT;
CREATE INDEX planted_pair_by_use ON planted_pair (uses, planted_pair);
CREATE TABLE planted_image (
    planted_pair BLOB NOT NULL REFERENCES planted_pair (planted_pair), -- of which; fixed
    place TEXT NOT NULL,                 -- JSON: side and image; fixed
    image_sealed BLOB NOT NULL,          -- sealed, class planted: media type, resolution, bytes; fixed
    PRIMARY KEY (planted_pair, place)
) STRICT;

-- Cases of planted pairs. They stand for no application.
CREATE TABLE planted_case (
    adjudication_case BLOB NOT NULL PRIMARY KEY CHECK (length(adjudication_case) = 16), -- id; fixed
    planted_pair BLOB NOT NULL REFERENCES planted_pair (planted_pair), -- of which; fixed
    slip_number TEXT NOT NULL,           -- number of nobody, shown as of an application; fixed
    stage_name TEXT NOT NULL,            -- name of the stage; changes with stage
    stage TEXT NOT NULL,                 -- JSON of the stage; changes
    opened_at INTEGER NOT NULL,          -- time; fixed
    decided_at INTEGER,                  -- time; set once
    version INTEGER NOT NULL             -- changes of stage, from 1; grows
) STRICT;
CREATE INDEX planted_case_by_pair ON planted_case (planted_pair);

-- Opinions with what was said beside the verdict.
CREATE TABLE case_opinion (
    adjudication_case BLOB NOT NULL CHECK (length(adjudication_case) = 16), -- the case; fixed
    officer BLOB NOT NULL CHECK (length(officer) = 16), -- who; fixed
    view BLOB,                           -- opening it rests on; empty on the command line; fixed
    verdict TEXT NOT NULL,               -- JSON of the verdict; fixed
    details_sealed BLOB NOT NULL,        -- sealed, class opinion: note, marks, advice; fixed
    seconds INTEGER,                     -- from opening to opinion; fixed
    planted_kind TEXT,                   -- kind of the planted pair, if it is one; fixed
    given_at INTEGER NOT NULL,           -- time; fixed
    PRIMARY KEY (adjudication_case, officer)
) STRICT;
CREATE INDEX case_opinion_by_officer ON case_opinion (officer, given_at);
CREATE INDEX case_opinion_by_time ON case_opinion (given_at);

-- Openings of cases, and what they showed.
CREATE TABLE case_view (
    view BLOB NOT NULL PRIMARY KEY CHECK (length(view) = 16), -- id; fixed
    adjudication_case BLOB NOT NULL CHECK (length(adjudication_case) = 16), -- the case; fixed
    officer BLOB NOT NULL CHECK (length(officer) = 16), -- who opened it; fixed
    evidence_hash BLOB NOT NULL CHECK (length(evidence_hash) = 32), -- SHA-256 of what was shown; fixed
    opened_at INTEGER NOT NULL           -- time; fixed
) STRICT;
CREATE INDEX case_view_by_case ON case_view (adjudication_case, opened_at);
CREATE TABLE case_evidence (
    adjudication_case BLOB NOT NULL CHECK (length(adjudication_case) = 16), -- the case; fixed
    evidence_hash BLOB NOT NULL CHECK (length(evidence_hash) = 32), -- SHA-256 of it; fixed
    evidence_sealed BLOB NOT NULL,       -- sealed, class evidence: what was shown; fixed
    PRIMARY KEY (adjudication_case, evidence_hash)
) STRICT;

-- Requests to come again for better prints.
CREATE TABLE recapture_request (
    recapture BLOB NOT NULL PRIMARY KEY CHECK (length(recapture) = 16), -- id; fixed
    application BLOB NOT NULL REFERENCES application (application), -- whose; fixed
    adjudication_case BLOB NOT NULL CHECK (length(adjudication_case) = 16), -- the case that asked; fixed
    round INTEGER NOT NULL CHECK (round > 0), -- which round; fixed
    advice TEXT NOT NULL,                -- JSON: fingers, faults, remedies; fixed
    county TEXT,                         -- code of the county of residence; fixed
    kit BLOB NOT NULL CHECK (length(kit) = 16), -- the kit that captured; fixed
    asked_at INTEGER NOT NULL,           -- time; fixed
    answered_by BLOB,                    -- application that came instead; set once
    settled_at INTEGER                   -- time it was answered or needed no more; set once
) STRICT;
CREATE INDEX recapture_open ON recapture_request (asked_at, recapture) WHERE settled_at IS NULL;
CREATE INDEX recapture_by_application ON recapture_request (application);
CREATE INDEX recapture_by_answer ON recapture_request (answered_by) WHERE answered_by IS NOT NULL;

-- Cases held because fraud is suspected, and what seniors answer.
CREATE TABLE fraud_hold (
    adjudication_case BLOB NOT NULL PRIMARY KEY CHECK (length(adjudication_case) = 16), -- the case; fixed
    application BLOB NOT NULL REFERENCES application (application), -- whose; fixed
    held_at INTEGER NOT NULL,            -- time; fixed
    answer TEXT,                         -- release, refer or superseded; set once
    answered_at INTEGER                  -- time; set once
) STRICT;
CREATE INDEX fraud_hold_open ON fraud_hold (held_at, adjudication_case) WHERE answered_at IS NULL;
CREATE INDEX fraud_hold_by_application ON fraud_hold (application);
CREATE TABLE fraud_answer (
    adjudication_case BLOB NOT NULL REFERENCES fraud_hold (adjudication_case), -- the case; fixed
    officer BLOB NOT NULL CHECK (length(officer) = 16), -- the senior; fixed
    answer TEXT NOT NULL,                -- JSON name: release, refer; fixed
    note_sealed BLOB NOT NULL,           -- sealed, class opinion: why; fixed
    given_at INTEGER NOT NULL,           -- time; fixed
    PRIMARY KEY (adjudication_case, officer)
) STRICT;

-- Appeals. Each has a case of its own.
CREATE TABLE appeal (
    adjudication_case BLOB NOT NULL PRIMARY KEY CHECK (length(adjudication_case) = 16), -- case of the appeal; fixed
    of_case BLOB NOT NULL CHECK (length(of_case) = 16), -- case that it appeals; fixed
    application BLOB NOT NULL REFERENCES application (application), -- whose; fixed
    ground_sealed BLOB NOT NULL,         -- sealed, class opinion: what the person says; fixed
    taken_by BLOB NOT NULL CHECK (length(taken_by) = 16), -- officer who took it down; fixed
    opened_at INTEGER NOT NULL,          -- time; fixed
    overturned INTEGER,                  -- 1 where it changed the outcome; set once
    decided_at INTEGER                   -- time; set once
) STRICT;
CREATE INDEX appeal_by_application ON appeal (application, of_case);

-- Differences offered as corrections of a record.
CREATE TABLE correction (
    correction BLOB NOT NULL PRIMARY KEY CHECK (length(correction) = 16), -- id; fixed
    person BLOB NOT NULL REFERENCES person (person), -- whose record it belongs to; fixed
    application BLOB NOT NULL REFERENCES application (application), -- that brought it; fixed
    field TEXT NOT NULL,                 -- field of the form; fixed
    change_sealed BLOB NOT NULL,         -- sealed, class correction: old and new answer; fixed
    state_name TEXT NOT NULL CHECK (state_name IN ('offered', 'accepted', 'declined')), -- changes once
    offered_at INTEGER NOT NULL,         -- time; fixed
    place INTEGER,                       -- place in the order of accepted corrections; set once
    settled_by BLOB,                     -- who accepted or declined it; set once
    settled_at INTEGER                   -- time; set once
) STRICT;
CREATE INDEX correction_offered ON correction (offered_at, correction) WHERE state_name = 'offered';
CREATE INDEX correction_by_person ON correction (person, place);
INSERT INTO counter (name, value) VALUES ('correction_place', 0);

-- Records as they were before their first correction.
CREATE TABLE record_base (
    person BLOB NOT NULL PRIMARY KEY REFERENCES person (person), -- whose; fixed
    answers_sealed BLOB NOT NULL         -- sealed, class correction: answers by class; fixed
) STRICT;

-- Merges of two people who both had a number.
CREATE TABLE person_merge (
    merge BLOB NOT NULL PRIMARY KEY CHECK (length(merge) = 16), -- id; fixed
    survivor BLOB NOT NULL REFERENCES person (person), -- whose record stays; fixed
    merged BLOB NOT NULL REFERENCES person (person), -- whose number is suspended; fixed
    adjudication_case BLOB NOT NULL CHECK (length(adjudication_case) = 16), -- the case that decided; fixed
    status_before TEXT NOT NULL,         -- JSON: status of the merged person before; fixed
    place INTEGER NOT NULL,              -- place in the order of accepted corrections; fixed
    merged_at INTEGER NOT NULL,          -- time; fixed
    unmerge_case BLOB,                   -- the case that undid it; set once
    unmerged_at INTEGER                  -- time; set once
) STRICT;
CREATE UNIQUE INDEX person_merge_in_force ON person_merge (merged) WHERE unmerged_at IS NULL;
CREATE INDEX person_merge_by_survivor ON person_merge (survivor);
CREATE INDEX person_merge_by_time ON person_merge (merged_at, merge);

-- Links between applications and people that were found wrong.
CREATE TABLE person_application_past (
    application BLOB NOT NULL REFERENCES application (application), -- which stood; fixed
    person BLOB NOT NULL REFERENCES person (person), -- for whom; fixed
    how TEXT NOT NULL,                   -- as in person_application; fixed
    linked_at INTEGER NOT NULL,          -- time; fixed
    unlinked_at INTEGER NOT NULL,        -- time; fixed
    adjudication_case BLOB NOT NULL CHECK (length(adjudication_case) = 16), -- the case that undid it; fixed
    PRIMARY KEY (application, unlinked_at)
) STRICT;

-- Records that are looked at again on a day.
CREATE TABLE later_check (
    later_check BLOB NOT NULL PRIMARY KEY CHECK (length(later_check) = 16), -- id; fixed
    application BLOB NOT NULL REFERENCES application (application), -- whose; fixed
    reason TEXT NOT NULL,                -- why; fixed
    due_on TEXT NOT NULL,                -- day, YYYY-MM-DD; fixed
    done_by BLOB,                        -- who did it; set once
    done_at INTEGER                      -- time; set once
) STRICT;
CREATE UNIQUE INDEX later_check_once ON later_check (application, reason);
CREATE INDEX later_check_due ON later_check (due_on, later_check) WHERE done_at IS NULL;

-- Pairs of applications that people told apart.
CREATE TABLE told_apart (
    first BLOB NOT NULL REFERENCES application (application), -- the lower id; fixed
    second BLOB NOT NULL REFERENCES application (application), -- the higher id; fixed
    adjudication_case BLOB NOT NULL CHECK (length(adjudication_case) = 16), -- the latest case; changes
    PRIMARY KEY (first, second)
) STRICT;

-- One row per application searched, for reports. No column leads to it.
CREATE TABLE search_outcome (
    token BLOB NOT NULL PRIMARY KEY CHECK (length(token) = 16), -- blind: the application; fixed
    kit TEXT NOT NULL,                   -- id of the kit; fixed
    officer TEXT NOT NULL,               -- id of who captured; fixed
    county TEXT NOT NULL,                -- code, empty where unknown; fixed
    quality_decile TEXT NOT NULL,        -- of the fingers, empty without any; fixed
    age_band TEXT NOT NULL,              -- completed years from and to, empty where unknown; fixed
    sex TEXT NOT NULL,                   -- code, empty where unknown; fixed
    hit INTEGER NOT NULL CHECK (hit IN (0, 1)), -- a case was opened; fixed
    searched_at INTEGER NOT NULL,        -- time; fixed
    verdict TEXT,                        -- name of the verdict that stands; changes
    decided_at INTEGER                   -- time of it; changes
) STRICT;
CREATE INDEX search_outcome_by_time ON search_outcome (searched_at);

-- Searches and hits of a source, by the hour.
CREATE TABLE source_hits (
    kind TEXT NOT NULL,                  -- kit, officer, place, county; fixed
    source TEXT NOT NULL,                -- id or code; fixed
    hour INTEGER NOT NULL,               -- hours since 1970-01-01T00:00Z; fixed
    searched INTEGER NOT NULL,           -- applications; grows
    hits INTEGER NOT NULL,               -- cases opened; grows
    PRIMARY KEY (kind, source, hour)
) STRICT;

-- Inquiries into sources whose hits jumped. While one is open its source waits.
CREATE TABLE inquiry (
    inquiry BLOB NOT NULL PRIMARY KEY CHECK (length(inquiry) = 16), -- id; fixed
    kind TEXT NOT NULL,                  -- kit, officer, place; fixed
    source TEXT NOT NULL,                -- id or code; fixed
    jump TEXT NOT NULL,                  -- JSON: the figures; fixed
    opened_at INTEGER NOT NULL,          -- time; fixed
    closed_by BLOB,                      -- supervisor; set once
    closed_at INTEGER,                   -- time; set once
    reason_sealed BLOB                   -- sealed, class desk: why it was closed; set once
) STRICT;
CREATE UNIQUE INDEX inquiry_open ON inquiry (kind, source) WHERE closed_at IS NULL;
CREATE INDEX inquiry_by_time ON inquiry (opened_at, inquiry);

-- Cases that were open before there was a queue.
INSERT INTO desk_queue (adjudication_case, needs, skill, priority, opened_at, due_at)
SELECT adjudication_case, CASE stage_name WHEN 'awaits_senior' THEN 'senior' ELSE 'reviewer' END,
    'prints', 'ordinary', opened_at, opened_at + 604800000
FROM adjudication_case WHERE decided_at IS NULL;
