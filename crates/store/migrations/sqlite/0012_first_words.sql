-- The one-time word by which an officer takes the seat at a kit; only its hash is kept.
ALTER TABLE kit_officer ADD COLUMN first_word BLOB; -- SHA-256 over kit, officer and word; changes with each new word
