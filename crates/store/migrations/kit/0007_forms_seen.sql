-- Forms that residents brought, so that a second interview from the same one is told at once.

CREATE TABLE form_seen (
    form_index   BLOB    NOT NULL CHECK (length(form_index) = 32), -- keyed hash of the form's reference
    interview_id BLOB    NOT NULL CHECK (length(interview_id) = 16), -- the interview, later the application
    seen_at      INTEGER NOT NULL, -- milliseconds since the epoch
    PRIMARY KEY (form_index, interview_id)
) STRICT, WITHOUT ROWID;
