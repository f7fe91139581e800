//! The operations of the standard, one file each or for a few that differ in their path only.

// Encounters.
pub mod create_encounter;
pub mod read_all_encounters;
pub mod read_encounter;
pub mod update_encounter;

pub mod delete_all;
pub mod delete_encounter;

pub mod merge;
pub mod move_encounter;

pub mod update_galleries;
pub mod update_status;

pub mod read_template;

// Searches.
pub mod identify;
pub mod search;
pub mod verify;

// Galleries.
pub mod read_galleries;
pub mod read_gallery_content;

// Tasks.
pub mod read_task_status;
pub mod redeliver;
