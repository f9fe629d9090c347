//! `search query`, `show`, `facets` and `run`.

use std::{collections::BTreeMap, fs, path::PathBuf, time::Instant};

use anyhow::Context as _;
use dateline::{
    Index, SearchRequest, SearchResponse,
    article::{
        Field,
        json::{ActorJson, Codepoints, DateJson, ExtractJson, Offsets, PlaceJson},
    },
    query::{self, Query},
    search::{FacetBlock, FacetRequest, Hit, Snippet, Sort},
};
use serde::Serialize;

use crate::{
    IndexPath,
    output::{self, Out, harmless, styled},
};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// What to look for.
    query: String,
    #[command(flatten)]
    index: IndexPath,
    /// Hits to show.
    #[arg(short = 'n', long, default_value_t = 10)]
    limit: usize,
    /// Hits to pass over first.
    #[arg(long, default_value_t = 0)]
    offset: usize,
    /// Order of the hits.
    #[arg(long, value_enum, default_value = "relevance")]
    sort: Order,
    /// A facet to count, with the number of values (`place:20`) or the value to look below (`place/Africa/Mali`).
    #[arg(long, value_name = "NAME[:N]", default_values = ["place", "actor", "date"])]
    facet: Vec<String>,
    /// Only articles with this place.
    #[arg(long)]
    place: Vec<String>,
    /// Only articles with this actor.
    #[arg(long)]
    actor: Vec<String>,
    /// Only articles printed on or after this date.
    #[arg(long)]
    since: Option<String>,
    /// Only articles printed on or before this date.
    #[arg(long)]
    until: Option<String>,
    /// Only articles in this language.
    #[arg(long)]
    language: Option<String>,
    /// Only articles of this source.
    #[arg(long)]
    source: Option<String>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Order {
    Relevance,
    Newest,
    Oldest,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ShowArguments {
    /// The article's identifier, as `search query` prints it.
    id: String,
    #[command(flatten)]
    index: IndexPath,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct FacetsArguments {
    /// place, actor, kind, date, published, language, source or author; `place/Africa/Mali` looks below a value.
    name: String,
    #[command(flatten)]
    index: IndexPath,
    /// Only articles that match.
    #[arg(long, default_value = "")]
    query: String,
    /// Only values whose label begins so.
    #[arg(long)]
    prefix: Option<String>,
    /// Values to show.
    #[arg(short = 'n', long, default_value_t = 50)]
    limit: usize,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RunArguments {
    /// Lines of id, tab, query.
    #[arg(long)]
    topics: PathBuf,
    #[command(flatten)]
    index: IndexPath,
    /// Hits for each topic.
    #[arg(long, default_value_t = 1000)]
    limit: usize,
}

#[derive(Serialize)]
struct QueryJson<'a> {
    schema: u32,
    query: &'a str,
    total: u64,
    exact: bool,
    took_ms: f64,
    warnings: &'a [String],
    hits: Vec<HitJson<'a>>,
    facets: BTreeMap<&'a str, BlockJson<'a>>,
}

#[derive(Serialize)]
struct HitJson<'a> {
    id: &'a str,
    score: f32,
    title: &'a str,
    published: Option<&'a str>,
    source: Option<&'a str>,
    url: Option<&'a str>,
    language: &'a str,
    snippets: Vec<SnippetJson<'a>>,
    places: Vec<PlaceJson>,
    actors: Vec<ActorJson>,
    dates: Vec<DateJson>,
}

#[derive(Serialize)]
struct SnippetJson<'a> {
    field: Field,
    text: &'a str,
    highlights: Vec<[u32; 2]>,
}

#[derive(Serialize)]
struct BlockJson<'a> {
    exact: bool,
    unknown: u64,
    values: Vec<ValueJson<'a>>,
}

#[derive(Serialize)]
struct ValueJson<'a> {
    value: &'a str,
    label: &'a str,
    count: u64,
}

fn block(block: &FacetBlock) -> BlockJson<'_> {
    let values = block.values.iter();
    BlockJson {
        exact: block.exact,
        unknown: block.unknown,
        values: values
            .map(|value| ValueJson { value: &value.value, label: &value.label, count: value.count })
            .collect(),
    }
}

fn snippet(snippet: &Snippet) -> SnippetJson<'_> {
    let points = Codepoints::new(&snippet.text);
    let highlights = snippet.highlights.iter();
    SnippetJson {
        field: snippet.field,
        text: &snippet.text,
        highlights: highlights
            .map(|range| [points.from_byte(range.start as u32), points.from_byte(range.end as u32)])
            .collect(),
    }
}

fn hit(hit: &Hit) -> HitJson<'_> {
    let article = &hit.article;
    let offsets = Offsets::new(article);
    HitJson {
        id: &article.id,
        score: hit.score,
        title: &article.title,
        published: article.published.as_ref().map(|published| published.value.as_str()),
        source: article.source.as_deref(),
        url: article.url.as_deref(),
        language: &article.language,
        snippets: hit.snippets.iter().map(snippet).collect(),
        places: article.places.iter().map(|place| offsets.place(place)).collect(),
        actors: article.actors.iter().map(|actor| offsets.actor(actor)).collect(),
        dates: article.dates.iter().map(|date| offsets.date(date)).collect(),
    }
}

/// `place`, `place:20`, `place/Africa/Mali:5`.
fn facet_request(text: &str) -> FacetRequest {
    let (rest, limit) = match text.rsplit_once(':').map(|(rest, limit)| (rest, limit.parse())) {
        Some((rest, Ok(limit))) => (rest, limit),
        _ => (text, 10),
    };
    let (name, under) = match rest.split_once('/') {
        Some((name, under)) => (name, Some(under.to_owned())),
        None => (rest, None),
    };
    // Actors of one kind are a facet of their own.
    let name = if name == "actor" && under.is_some() { "actor_by_kind" } else { name };
    FacetRequest { limit, under, ..FacetRequest::new(name) }
}

fn request(arguments: &Arguments) -> anyhow::Result<(SearchRequest, Vec<String>)> {
    let mut parsed = query::parse(&arguments.query)?;
    let quoted = |name: &str, value: &String| format!("{name}:\"{}\"", value.replace('"', " "));
    let filters = arguments.place.iter().map(|value| quoted("place", value));
    let filters = filters.chain(arguments.actor.iter().map(|value| quoted("actor", value)));
    let filters = filters.chain(arguments.language.iter().map(|value| quoted("language", value)));
    let filters = filters.chain(arguments.source.iter().map(|value| quoted("source", value)));
    let filters = filters.chain(arguments.since.iter().map(|value| format!("since:{value}")));
    let filters: Vec<String> = filters.chain(arguments.until.iter().map(|value| format!("until:{value}"))).collect();
    if !filters.is_empty() {
        let mut parts = match parsed.query {
            Query::And(parts) => parts,
            other => vec![other],
        };
        for filter in filters {
            let filter = query::parse(&filter)?;
            parsed.warnings.extend(filter.warnings);
            parts.push(filter.query);
        }
        parsed.query = Query::And(parts);
    }
    let request = SearchRequest {
        facets: arguments.facet.iter().map(|facet| facet_request(facet)).collect(),
        limit: arguments.limit,
        offset: arguments.offset,
        sort: match arguments.sort {
            Order::Relevance => Sort::Relevance,
            Order::Newest => Sort::Newest,
            Order::Oldest => Sort::Oldest,
        },
        snippets: 2,
        ..SearchRequest::of(parsed.query)
    };
    Ok((request, parsed.warnings))
}

pub(crate) fn run(arguments: &Arguments, color: bool) -> anyhow::Result<bool> {
    let (request, warnings) = request(arguments)?;
    let index = Index::open(&arguments.index.index)?;
    let started = Instant::now();
    let mut response = index.search(&request)?;
    let took_ms = started.elapsed().as_secs_f64() * 1000.0;
    response.warnings.splice(0..0, warnings);
    let mut out = output::stdout();
    if arguments.json {
        let json = QueryJson {
            schema: 1,
            query: &arguments.query,
            total: response.total,
            exact: true,
            took_ms: (took_ms * 1000.0).round() / 1000.0,
            warnings: &response.warnings,
            hits: response.hits.iter().map(hit).collect(),
            facets: response.facets.iter().map(|facet| (facet.name.as_str(), block(facet))).collect(),
        };
        output::json(&mut out, &json)?;
    } else {
        response.warnings.iter().for_each(|warning| output::complain(&format!("search: {warning}")));
        print(&mut out, &response, took_ms, color)?;
    }
    output::flush(&mut out)?;
    Ok(response.total > 0)
}

fn print(out: &mut Out, response: &SearchResponse, took_ms: f64, color: bool) -> anyhow::Result<()> {
    let width = terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0)).clamp(40, 160);
    let stories = if response.total == 1 { "article" } else { "articles" };
    output::line(out, &styled(&format!("{} {stories}, {took_ms:.1} ms", response.total), "2", color))?;
    for (at, hit) in response.hits.iter().enumerate() {
        let article = &hit.article;
        let title = if article.title.is_empty() { &article.id } else { &article.title };
        output::line(out, "")?;
        output::line(out, &format!("{:>2}. {}", at + 1, styled(&harmless(title), "1", color)))?;
        let date = article
            .published
            .as_ref()
            .map(|published| published.value.get(..10).unwrap_or(&published.value).to_owned());
        let places: Vec<&str> = article.places.iter().take(4).map(|place| place.name.as_str()).collect();
        let parts = [
            date.unwrap_or_else(|| "undated".to_owned()),
            article.source.clone().unwrap_or_default(),
            places.join(", "),
            article.id.clone(),
        ];
        let about: Vec<String> =
            parts.into_iter().filter(|part| !part.is_empty()).map(|part| harmless(&part)).collect();
        output::line(out, &styled(&format!("    {}", about.join(" · ")), "2", color))?;
        for snippet in &hit.snippets {
            output::line(out, &indented(&highlighted(snippet, color), width))?;
        }
    }
    for facet in response.facets.iter().filter(|facet| !facet.values.is_empty()) {
        print_block(out, facet, width, color)?;
    }
    Ok(())
}

fn highlighted(snippet: &Snippet, color: bool) -> String {
    let (open, close) = if color { ("\u{1b}[1;33m", "\u{1b}[0m") } else { ("[", "]") };
    let mut text = String::new();
    let mut at = 0;
    for range in &snippet.highlights {
        text.push_str(&harmless(&snippet.text[at..range.start]));
        text.push_str(open);
        text.push_str(&harmless(&snippet.text[range.clone()]));
        text.push_str(close);
        at = range.end;
    }
    text.push_str(&harmless(&snippet.text[at..]));
    text
}

/// Words filled into lines of a width, each indented; escape codes take no room.
fn indented(text: &str, width: usize) -> String {
    let mut out = String::from("    ");
    let mut column = 4;
    for word in text.split_whitespace() {
        let mut escape = false;
        let seen = word.chars().filter(|character| {
            escape |= *character == '\u{1b}';
            let counts = !escape;
            escape &= *character != 'm';
            counts
        });
        let length = seen.count();
        if column > 4 && column + length + 1 > width {
            out.push_str("\n    ");
            column = 4;
        } else if column > 4 {
            out.push(' ');
            column += 1;
        }
        out.push_str(word);
        column += length;
    }
    out
}

fn print_block(out: &mut Out, facet: &FacetBlock, width: usize, color: bool) -> anyhow::Result<()> {
    output::line(out, "")?;
    output::line(out, &styled(&facet.name, "1;36", color))?;
    let most = facet.values.iter().map(|value| value.count).max().unwrap_or(1).max(1);
    let room = width.saturating_sub(50).clamp(5, 40) as u64;
    for value in &facet.values {
        let bar = "█".repeat((value.count * room).div_ceil(most) as usize);
        let label: String = harmless(&value.label).chars().take(34).collect();
        output::line(out, &format!("  {label:<34} {:>7} {}", value.count, styled(&bar, "36", color)))?;
    }
    if facet.unknown > 0 {
        output::line(out, &styled(&format!("  {:<34} {:>7}", "unknown", facet.unknown), "2", color))?;
    }
    Ok(())
}

pub(crate) fn show(arguments: &ShowArguments, color: bool) -> anyhow::Result<bool> {
    let index = Index::open(&arguments.index.index)?;
    let Some(article) = index.article(&arguments.id)? else {
        anyhow::bail!("no article `{}`: `search query` prints identifiers", arguments.id);
    };
    let mut out = output::stdout();
    if arguments.json {
        output::json(&mut out, &ExtractJson(&article))?;
    } else {
        output::line(&mut out, &styled(&harmless(&article.title), "1", color))?;
        let mut marks: Vec<(u32, u32, &str)> = Vec::new();
        let mut mark = |mentions: &[dateline::article::Mention], code: &'static str| {
            marks.extend(
                mentions
                    .iter()
                    .filter(|mention| mention.field == Field::Body)
                    .map(|mention| (mention.start, mention.end, code)),
            );
        };
        article.places.iter().for_each(|place| mark(&place.mentions, "32"));
        article.actors.iter().for_each(|actor| mark(&actor.mentions, "35"));
        article.dates.iter().for_each(|date| mark(&date.mentions, "33"));
        marks.sort_unstable();
        let mut text = String::new();
        let mut at = 0;
        for (start, end, code) in marks {
            let (start, end) = (start as usize, end as usize);
            if start >= at && article.body.get(start..end).is_some() {
                text.push_str(&harmless(&article.body[at..start]));
                text.push_str(&styled(&harmless(&article.body[start..end]), code, color));
                at = end;
            }
        }
        text.push_str(&harmless(&article.body[at..]));
        output::line(&mut out, &format!("\n{text}\n"))?;
        for place in &article.places {
            output::line(&mut out, &format!("{}  {} ({})", styled("place", "32", color), place.path, place.reason))?;
        }
        for actor in &article.actors {
            output::line(
                &mut out,
                &format!("{}  {}, {}", styled("actor", "35", color), actor.name, actor.kind.as_str()),
            )?;
        }
        for date in &article.dates {
            output::line(&mut out, &format!("{}   {} ({})", styled("date", "33", color), date.value, date.reason))?;
        }
    }
    output::flush(&mut out)?;
    Ok(true)
}

pub(crate) fn facets(arguments: &FacetsArguments, color: bool) -> anyhow::Result<bool> {
    let mut facet = facet_request(&arguments.name);
    if dateline::schema::facet(&facet.name).is_none() {
        let names: Vec<&str> =
            dateline::schema::FACETS.iter().filter(|facet| facet.listed).map(|facet| facet.name).collect();
        anyhow::bail!("there is no facet `{}`: choose one of {}", facet.name, names.join(", "));
    }
    let prefix = arguments.prefix.as_deref().map(str::to_lowercase);
    facet.limit = if prefix.is_some() { usize::MAX / 4 } else { arguments.limit };
    let request =
        SearchRequest { facets: vec![facet], limit: 0, ..SearchRequest::of(query::parse(&arguments.query)?.query) };
    let mut response = Index::open(&arguments.index.index)?.search(&request)?;
    let mut out = output::stdout();
    for found in &mut response.facets {
        if let Some(prefix) = &prefix {
            found.values.retain(|value| value.label.to_lowercase().starts_with(prefix.as_str()));
            found.values.truncate(arguments.limit);
        }
        if arguments.json {
            output::json(&mut out, &block(found))?;
        } else {
            print_block(&mut out, found, 80, color)?;
        }
    }
    output::flush(&mut out)?;
    Ok(response.facets.iter().any(|found| !found.values.is_empty()))
}

pub(crate) fn topics(arguments: &RunArguments) -> anyhow::Result<bool> {
    let topics =
        fs::read_to_string(&arguments.topics).with_context(|| format!("cannot read {}", arguments.topics.display()))?;
    let index = Index::open(&arguments.index.index)?;
    let searcher = index.searcher()?;
    let mut out = output::stdout();
    let mut any = false;
    for line in topics.lines().filter(|line| !line.trim().is_empty()) {
        let (id, text) = line.split_once('\t').with_context(|| format!("`{line}` is not id, tab, query"))?;
        // A topic is a text, not a query: any of its words may match.
        let words: Vec<Query> = text
            .split(|character: char| !character.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .take(query::MAX_TERMS)
            .map(|word| Query::Word { field: None, text: word.to_owned() })
            .collect();
        let request = SearchRequest { limit: arguments.limit, snippets: 0, ..SearchRequest::of(Query::Or(words)) };
        for (rank, hit) in searcher.search(&request)?.hits.iter().enumerate() {
            any = true;
            output::line(&mut out, &format!("{id} Q0 {} {} {} dateline", hit.article.id, rank + 1, hit.score))?;
        }
    }
    output::flush(&mut out)?;
    Ok(any)
}
