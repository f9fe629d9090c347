//! Who.

use serde::{Deserialize, Serialize};

use super::Mention;

/// What sort of actor a name stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ActorKind {
    /// One human being.
    Person,
    /// A state's civil power: government, ministry, court, police, parliament.
    Government,
    /// A state's armed force, or an operation of one.
    Military,
    /// An armed group that is no state's.
    ArmedGroup,
    /// A body whose members are states.
    Intergovernmental,
    /// A civil body that is no state's and not for profit.
    Ngo,
    /// A business.
    Company,
    /// An outlet or news agency.
    Media,
    /// A political party.
    Party,
    /// A body of a sort that the text does not tell.
    #[default]
    Organization,
    /// A people or community.
    People,
}

impl ActorKind {
    /// Every kind with the name that JSON, queries and facets use.
    pub const ALL: [(ActorKind, &'static str); 11] = [
        (ActorKind::Person, "person"),
        (ActorKind::Government, "government"),
        (ActorKind::Military, "military"),
        (ActorKind::ArmedGroup, "armed-group"),
        (ActorKind::Intergovernmental, "intergovernmental"),
        (ActorKind::Ngo, "ngo"),
        (ActorKind::Company, "company"),
        (ActorKind::Media, "media"),
        (ActorKind::Party, "party"),
        (ActorKind::Organization, "organization"),
        (ActorKind::People, "people"),
    ];

    /// The name that JSON, queries and facets use.
    pub fn as_str(self) -> &'static str {
        Self::ALL[self as usize].1
    }

    /// The kind of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

/// A person or body that an article names, its mentions merged under one name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Actor {
    /// Its usual name: the same for every article that names it.
    pub name: String,
    /// What sort of actor.
    pub kind: ActorKind,
    /// ISO 3166-1 alpha-2 of the state that it belongs to, where there is one.
    pub country: Option<String>,
    /// The office or function that the text gives it ("head of European diplomacy").
    pub role: Option<String>,
    /// How sure, from 0 to 1.
    pub confidence: f32,
    /// Why, in words for a reader.
    pub reason: String,
    /// The words that name it, in the order of the text; never empty after extraction.
    pub mentions: Vec<Mention>,
}

impl Actor {
    /// An actor by name and kind.
    pub fn new(name: impl Into<String>, kind: ActorKind) -> Self {
        Actor { name: name.into(), kind, confidence: 1.0, ..Actor::default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_order_of_the_kinds() {
        for (at, (kind, name)) in ActorKind::ALL.into_iter().enumerate() {
            assert_eq!(kind as usize, at);
            assert_eq!(kind.as_str(), name);
            assert_eq!(ActorKind::from_name(name), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), name);
        }
    }
}
