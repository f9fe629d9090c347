//! The tree as text that parses to the same tree.

use std::fmt::{self, Display, Formatter};

use super::Query;
use crate::article::Field;

fn prefix(field: Option<Field>) -> &'static str {
    match field {
        None => "",
        Some(Field::Title) => "title:",
        Some(Field::Body) => "body:",
    }
}

fn list(f: &mut Formatter<'_>, parts: &[Query], between: &str) -> fmt::Result {
    f.write_str("(")?;
    for (at, part) in parts.iter().enumerate() {
        if at > 0 {
            f.write_str(between)?;
        }
        write!(f, "{part}")?;
    }
    f.write_str(")")
}

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Query::All => f.write_str("*"),
            Query::Word { field, text } => write!(f, "{}{text}", prefix(*field)),
            Query::Phrase { field, text, slop, ordered } => {
                write!(f, "{}\"{}\"", prefix(*field), text.replace('"', " "))?;
                match (slop, ordered) {
                    (0, false) => Ok(()),
                    (slop, false) => write!(f, "~{slop}"),
                    (slop, true) => write!(f, "~>{slop}"),
                }
            }
            Query::Prefix { field, text } => write!(f, "{}{text}*", prefix(*field)),
            Query::Fuzzy { field, text, distance } => write!(f, "{}{text}~{distance}", prefix(*field)),
            Query::Wildcard { field, pattern } => write!(f, "{}{pattern}", prefix(*field)),
            Query::Regex { field, pattern } => write!(f, "{}/{pattern}/", prefix(*field)),
            Query::Facet { facet, value } => write!(f, "{}:\"{}\"", facet.name, value.replace('"', " ")),
            Query::Range { facet, bounds } => {
                let end = |value: &Option<String>| value.clone().unwrap_or_default();
                write!(f, "{}:{}..{}", facet.name, end(&bounds.from), end(&bounds.to))
            }
            Query::Has(facet) => write!(f, "has:{}", facet.name),
            Query::Missing(facet) => write!(f, "missing:{}", facet.name),
            Query::And(parts) => list(f, parts, " "),
            Query::Or(parts) => list(f, parts, " OR "),
            Query::Not(part) => write!(f, "NOT {part}"),
            Query::Boost(part, factor) => write!(f, "{part}^{factor}"),
        }
    }
}
