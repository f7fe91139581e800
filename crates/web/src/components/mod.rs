//! The data of the components in `templates/components.html`: plain types, one
//! file per kind of component. The gallery shows each with its data.

mod question;

mod choice;

mod group;

mod action;

mod table;

mod list;

mod message;

mod navigation;

mod pagination;

mod print_viewer;

pub use action::{Button, ButtonAction, ButtonKind};
pub use choice::{Checkboxes, Choice, Radios, Select};
pub use group::{Fault, Field, Group, PlaceInput, Repeat};
pub use list::{Progress, Row, Step, Task};
pub use message::{Banner, Fold, Tag, TagColour};
pub use navigation::{Link, NavigationItem};
pub use pagination::{PageMark, Pagination};
pub use print_viewer::{Alignment, Finding, Grid, MinutiaKind, Print, PrintViewer, ViewerLayer};
pub use question::{DateInput, Keyboard, Question, TextInput, Textarea};
pub use table::{Cell, Column, Sorting, Table};
