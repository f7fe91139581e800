-- What the pages of a kit keep: officers' PINs, interviews that are not finished, paper forms.

-- Last moment at which this kit may be used; a centre that renews the kit moves it on.
ALTER TABLE kit ADD COLUMN valid_until INTEGER;

-- Officers who sign in by PIN. Their signing keys are here, not in files, and open by the PIN alone.
CREATE TABLE officer_pin (
    officer_id   BLOB    PRIMARY KEY CHECK (length(officer_id) = 16) REFERENCES officer (officer_id),
    badge        TEXT    NOT NULL, -- how colleagues call this officer; changes with the PIN
    salt         BLOB    NOT NULL CHECK (length(salt) = 16), -- of Argon2id
    wrapped_seed BLOB    NOT NULL, -- seed of the signing key under stretched PIN and root key, bound to the officer
    failures     INTEGER NOT NULL DEFAULT 0, -- wrong PINs since the last right one
    locked_until INTEGER -- no PIN is tried before this moment
) STRICT, WITHOUT ROWID;

-- Interviews that are not finished. Finishing moves one to `draft`; withdrawing removes it with its key.
CREATE TABLE interview (
    interview_id BLOB    PRIMARY KEY CHECK (length(interview_id) = 16), -- the later application's id
    officer_id   BLOB    NOT NULL CHECK (length(officer_id) = 16) REFERENCES officer (officer_id), -- whose it is; never changes
    begun_at     INTEGER NOT NULL,
    saved_at     INTEGER NOT NULL, -- of the last answer
    wrapped_key  BLOB    NOT NULL, -- this interview's data key under a key of root and officer's seed
    content      BLOB    NOT NULL  -- answers and consents under the data key, bound to the interview
) STRICT, WITHOUT ROWID;

-- What an interview has besides answers: pictures of documents, fingers, the portrait.
CREATE TABLE interview_part (
    interview_id BLOB    NOT NULL REFERENCES interview (interview_id) ON DELETE CASCADE,
    name         TEXT    NOT NULL, -- which part, such as document.1; says nothing of the person
    saved_at     INTEGER NOT NULL,
    content      BLOB    NOT NULL, -- under the interview's data key, bound to interview and name
    PRIMARY KEY (interview_id, name)
) STRICT, WITHOUT ROWID;

-- How many paper forms an officer counted on a day, per form. Counts only.
CREATE TABLE paper_count (
    day       TEXT    NOT NULL,
    form_kind TEXT    NOT NULL,
    papers    INTEGER NOT NULL CHECK (papers >= 0),
    PRIMARY KEY (day, form_kind)
) STRICT, WITHOUT ROWID;
