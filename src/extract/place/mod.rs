//! Where: names looked up in a gazetteer and resolved with the whole article.
//!
//! Names are found in one walk over the tokens: only a token that may begin a name is looked up, and a name grows only
//! while it is the beginning of a longer one. What a name means is settled by what the text says around it ("Paris,
//! Texas"), by the countries that the article names, and by how widely known a place is.

mod asset;
mod build;
mod gazetteer;
mod mentions;
mod score;

pub use build::{BuildError, BuildReport, build};
pub use gazetteer::{CountryWord, Gazetteer, GazetteerError, PlaceInfo};
use mentions::Found;
use rustc_hash::FxHashMap;

use super::{Context, NameSpan, text::Text};
use crate::article::{Place, PlaceKind};

/// The places that a text names, each with its mentions.
pub fn resolve(text: &Text<'_>, context: &Context<'_>, names: &[NameSpan]) -> Vec<Place> {
    let gazetteer = context.gazetteer;
    let found = mentions::find(text, gazetteer, names);
    let votes = votes(&found, gazetteer);
    let home = home(&votes);
    let mut places: Vec<(u32, Place)> = Vec::new();
    let mut unlisted: Vec<Place> = Vec::new();
    // One sense per name: the best-supported mention decides for all of them.
    let mut senses: FxHashMap<u64, (i32, Sense)> = FxHashMap::default();
    for one in found.iter().filter(|one| !one.demonym) {
        let (score, sense) = sense(one, &found, gazetteer, &votes, home);
        let known = senses.entry(one.hash).or_insert((score, sense.clone()));
        if score > known.0 {
            *known = (score, sense);
        }
    }
    for one in &found {
        let mention = text.mention(one.first, one.last);
        let (id, confidence, reason) = match senses.get(&one.hash) {
            _ if one.demonym => (one.candidates[0], 0.6, "named by its people or adjective".to_owned()),
            Some((_, Sense::Listed { id, confidence, reason })) => (*id, *confidence, reason.clone()),
            Some((_, Sense::Unlisted { country, reason })) => {
                let name = text.slice(one.first, one.last);
                match unlisted.iter_mut().find(|place| place.name == name) {
                    Some(place) => place.mentions.push(mention),
                    None => unlisted.push(Place {
                        name: name.to_owned(),
                        path: format!("{}/{name}", gazetteer.path(*country)),
                        country: gazetteer.code(*country).map(str::to_owned),
                        kind: PlaceKind::Settlement,
                        confidence: 0.6,
                        reason: reason.clone(),
                        mentions: vec![mention],
                        ..Place::default()
                    }),
                }
                continue;
            }
            Some((_, Sense::None)) | None => continue,
        };
        match places.iter_mut().find(|(known, _)| *known == id) {
            Some((_, place)) => {
                place.mentions.push(mention);
                if confidence > place.confidence {
                    place.confidence = confidence;
                    place.reason = reason;
                }
            }
            None => {
                let info = gazetteer.info(id);
                places.push((
                    id,
                    Place {
                        name: info.name,
                        path: info.path,
                        country: info.country,
                        geoname_id: info.geoname_id,
                        point: info.point,
                        kind: info.kind,
                        confidence,
                        reason,
                        mentions: vec![mention],
                    },
                ));
            }
        }
    }
    places.into_iter().map(|(_, place)| place).chain(unlisted).collect()
}

/// What a name means.
#[derive(Clone, Debug)]
enum Sense {
    Listed { id: u32, confidence: f32, reason: String },
    Unlisted { country: u32, reason: String },
    None,
}

/// How much each country is spoken of: names of countries and demonyms, and cities that only it has in that size.
fn votes(found: &[Found], gazetteer: &Gazetteer) -> FxHashMap<u32, i32> {
    let mut votes: FxHashMap<u32, i32> = FxHashMap::default();
    for one in found {
        if one.demonym {
            *votes.entry(one.candidates[0]).or_default() += 2;
        } else if let Some(country) = one.candidates.iter().find(|id| gazetteer.is_country(**id)) {
            *votes.entry(*country).or_default() += 3;
        } else if let Some(best) = one.candidates.iter().max_by_key(|id| score::prior(&gazetteer.facts(**id))) {
            let facts = gazetteer.facts(*best);
            if facts.log_population >= score::LARGE
                && let Some(country) = facts.country
            {
                *votes.entry(country).or_default() += 1;
            }
        }
    }
    votes
}

/// The country that the article is about: the one most spoken of, if it leads.
fn home(votes: &FxHashMap<u32, i32>) -> Option<u32> {
    let mut ranked: Vec<(i32, u32)> = votes.iter().map(|(country, votes)| (*votes, *country)).collect();
    ranked.sort_by_key(|(votes, country)| (std::cmp::Reverse(*votes), *country));
    match ranked[..] {
        [(most, country)] if most >= 2 => Some(country),
        [(most, country), (second, _), ..] if most > second => Some(country),
        _ => None,
    }
}

fn sense(
    one: &Found,
    found: &[Found],
    gazetteer: &Gazetteer,
    votes: &FxHashMap<u32, i32>,
    home: Option<u32>,
) -> (i32, Sense) {
    let contains = |outer: u32, inner: u32| {
        let mut next = gazetteer.facts(inner);
        for _ in 0..4 {
            if next.country == Some(outer) && inner != outer {
                return true;
            }
            match next.parent {
                Some(parent) if parent == outer => return true,
                Some(parent) => next = gazetteer.facts(parent),
                None => return false,
            }
        }
        false
    };
    // "Paris, Texas": the next name, behind a comma or bracket, holds one of the candidates.
    let container = one.container.map(|at| &found[at]);
    let mut best: Option<(i32, u32, bool)> = None;
    for id in &one.candidates {
        let facts = gazetteer.facts(*id);
        let held = container.is_some_and(|outer| outer.candidates.iter().any(|outer| contains(*outer, *id)));
        let spoken = facts.country.and_then(|country| votes.get(&country)).copied().unwrap_or(0).min(12);
        let score = score::prior(&facts) as i32 + spoken * 2 + if held { 60 } else { 0 };
        if best.is_none_or(|(other, _, _)| score > other) {
            best = Some((score, *id, held));
        }
    }
    let Some((score, id, held)) = best else { return (0, Sense::None) };
    let facts = gazetteer.facts(id);
    let mentioned = facts.country.is_some_and(|country| votes.contains_key(&country));
    let wide = matches!(facts.kind, PlaceKind::Country | PlaceKind::Region | PlaceKind::Feature);
    if held {
        return (score, Sense::Listed { id, confidence: 0.95, reason: "named with what it lies in".to_owned() });
    }
    if wide || facts.log_population >= score::LARGE {
        let reason = if one.candidates.len() == 1 {
            "the only place of this name"
        } else {
            "the most widely known place of this name"
        };
        let confidence = if one.weak { 0.4 } else { 0.9 };
        return (score, Sense::Listed { id, confidence, reason: reason.to_owned() });
    }
    if mentioned {
        let confidence = if one.weak { 0.4 } else { 0.8 };
        return (score, Sense::Listed { id, confidence, reason: "in a country that the article names".to_owned() });
    }
    // Namesakes are small, far and otherwise unmentioned.
    if let Some(country) = home.filter(|_| one.introduced) {
        let rejected: Vec<String> = one.candidates.iter().take(4).map(|id| gazetteer.path(*id)).collect();
        let reason =
            format!("introduced as a place in a story about {}; not {}", gazetteer.name(country), rejected.join(", "));
        return (score, Sense::Unlisted { country, reason });
    }
    let known = facts.log_population >= score::TOWN && home.is_none_or(|home| facts.country == Some(home));
    if known && !one.weak {
        return (score, Sense::Listed { id, confidence: 0.55, reason: "the largest place of this name".to_owned() });
    }
    (score, Sense::None)
}

#[cfg(test)]
mod tests {
    use crate::{
        article::{Article, Day},
        extract::{ExtractOptions, Extractor},
    };

    fn places(body: &str) -> Vec<(String, Option<String>)> {
        let extractor = Extractor::new(ExtractOptions::on(Day::from_ymd(2026, 11, 27).unwrap()));
        let mut article = Article::new("1", "", body).with_language("en");
        extractor.extract(&mut article);
        article.places.into_iter().map(|place| (place.name, place.country)).collect()
    }

    fn has(body: &str, name: &str, country: &str) -> bool {
        places(body).iter().any(|(known, code)| known == name && code.as_deref() == Some(country))
    }

    #[test]
    fn what_a_place_lies_in_decides() {
        assert!(has("He was born in Paris, Texas, and left early.", "Paris", "US"));
        assert!(has("The ministry in Paris said so.", "Paris", "FR"));
        assert!(has("The bridge at Bangor, Maine, was closed.", "Bangor", "US"));
    }

    #[test]
    fn an_unlisted_village_belongs_to_the_country_of_the_story() {
        let body = "Kenyan police searched the area. The villagers of Valdoria fled towards Nairobi, Kenya said.";
        assert!(has(body, "Nairobi", "KE"), "{:?}", places(body));
        // A listed namesake that is far, small and unmentioned is not meant.
        let body = "Soldiers entered central Mali. Villagers of Moura fled, Mali said. The Malian army denied it.";
        assert!(has(body, "Moura", "ML"), "{:?}", places(body));
        assert!(!has(body, "Moura", "PT"));
    }

    #[test]
    fn demonyms_name_their_country() {
        assert!(has("Malian soldiers left.", "Mali", "ML"));
    }
}
