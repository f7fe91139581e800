-- Who was taken out of the gallery: what copies of it have to forget.
CREATE TABLE gallery_removal (
    reference BYTEA NOT NULL PRIMARY KEY CHECK (length(reference) = 16), -- as it was in gallery; fixed
    sequence BIGINT NOT NULL            -- place in the order of searches; fixed
);
CREATE INDEX gallery_removal_by_sequence ON gallery_removal (sequence);
