//! Actors known by name, and the words by which the organs of a state, offices and bodies are told.

use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::{
    article::ActorKind,
    extract::text::{hash_name, hash_word, join, lex},
};

/// An actor of the table.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: &'static str,
    pub(super) kind: ActorKind,
    pub(super) country: Option<&'static str>,
}

/// The table with its look-ups: whole names, and beginnings of longer ones.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Known>,
    names: FxHashMap<u64, u32>,
    prefixes: FxHashSet<u64>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    let lines = include_str!("known.tsv").lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    for line in lines {
        let mut fields = line.split('\t');
        let (Some(name), Some(kind)) = (fields.next(), fields.next().and_then(ActorKind::from_name)) else { continue };
        let country = fields.next().filter(|code| !code.is_empty());
        let at = table.rows.len() as u32;
        table.rows.push(Known { name, kind, country });
        for alias in std::iter::once(name).chain(fields.next().unwrap_or_default().split('|')) {
            table.add(alias, at);
        }
    }
    table
});

impl Table {
    pub(super) fn get() -> &'static Table {
        &TABLE
    }

    fn add(&mut self, alias: &str, row: u32) {
        let Some(name) = hash_name(alias) else { return };
        self.names.entry(name).or_insert(row);
        let mut tokens = Vec::new();
        lex(alias, &mut tokens);
        let words =
            tokens.iter().filter(|token| token.shape != crate::extract::text::Shape::Mark).map(|token| token.hash);
        let mut prefix: Option<u64> = None;
        for word in words {
            if let Some(before) = prefix {
                self.prefixes.insert(before);
            }
            prefix = Some(prefix.map_or(word, |before| join(before, word)));
        }
    }

    pub(super) fn find(&self, name: u64) -> Option<u32> {
        self.names.get(&name).copied()
    }

    pub(super) fn extends(&self, prefix: u64) -> bool {
        self.prefixes.contains(&prefix)
    }
}

/// What a word behind a demonym makes of it: "Malian army".
pub(super) fn organ(word: u64) -> Option<ActorKind> {
    static ORGANS: LazyLock<FxHashMap<u64, ActorKind>> = LazyLock::new(|| {
        let mut organs = FxHashMap::default();
        let mut add = |words: &str, kind| organs.extend(words.split(' ').map(|word| (hash_word(word), kind)));
        add(
            "army armed forces military troops soldiers navy air soldats armée militaires ejército",
            ActorKind::Military,
        );
        add(
            "government authorities junta cabinet officials parliament police gouvernement autorités gobierno",
            ActorKind::Government,
        );
        organs
    });
    ORGANS.get(&word).copied()
}

/// Words before a person's name.
pub(super) fn is_title(word: u64) -> bool {
    static TITLES: LazyLock<FxHashSet<u64>> = LazyLock::new(|| {
        "mr mrs ms dr prof professor president premier minister chancellor king queen prince pope general colonel captain
         lieutenant major admiral senator governor ambassador secretary spokesman spokeswoman spokesperson chairman judge
         sheikh imam mayor chief director diplomacy m mme président ministre général porte parole señor presidente"
            .split_whitespace()
            .map(hash_word)
            .collect()
    });
    TITLES.contains(&word)
}

/// What the last or first word of a body's name says of it: "Bank", "Ministry", "Corp".
pub(super) fn body(word: u64) -> Option<ActorKind> {
    static BODIES: LazyLock<FxHashMap<u64, ActorKind>> = LazyLock::new(|| {
        let mut bodies = FxHashMap::default();
        let mut add = |words: &str, kind| bodies.extend(words.split(' ').map(|word| (hash_word(word), kind)));
        add(
            "inc corp co ltd plc bank company industries holdings airlines motors oil steel sa ag gmbh",
            ActorKind::Company,
        );
        add("ministry department agency commission court ministère", ActorKind::Government);
        add("party", ActorKind::Party);
        add("front brigade militia brigades battalion", ActorKind::ArmedGroup);
        add("association foundation charity fund", ActorKind::Ngo);
        add("times post news herald tribune", ActorKind::Media);
        add(
            "university institute council committee organization organisation union group league federation",
            ActorKind::Organization,
        );
        bodies
    });
    BODIES.get(&word).copied()
}
