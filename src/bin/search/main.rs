//! The `search` command: one file per group of subcommands, this one reads as the story.

mod articles;
mod index;
mod output;
mod query;

use std::{
    io::{self, ErrorKind, IsTerminal},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;
use clap::{CommandFactory, Parser, Subcommand, ValueEnum};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A search engine for the news: who did what, where, when, and which stories say so.
///
/// `search index` reads the news below a folder and builds an index; `search query "Moura"` answers from it.
#[derive(Debug, Parser)]
#[command(name = "search", version, max_term_width = 100)]
struct Arguments {
    /// Colors and links: `auto` only in a terminal.
    #[arg(long, global = true, value_enum, default_value = "auto")]
    color: Color,
    #[command(subcommand)]
    command: Command,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Color {
    fn wanted(self) -> bool {
        match self {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        }
    }
}

/// Where the index is.
#[derive(Clone, Debug, clap::Args)]
struct IndexPath {
    /// Folder of the index.
    #[arg(long, env = "SEARCH_INDEX", default_value = "index", value_name = "DIR")]
    index: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read, extract and index; again: only what changed.
    Index(index::Arguments),
    /// Ranked snippets and facet counts.
    Query(query::Arguments),
    /// One article with what was read out of it.
    Show(query::ShowArguments),
    /// The values of one facet, counted.
    Facets(query::FacetsArguments),
    /// The articles that ingest makes, as JSON lines.
    Read(articles::ReadArguments),
    /// What is read out of articles, with mentions and reasons, as JSON lines.
    Extract(articles::ExtractArguments),
    /// A TREC run: topics are lines of id, tab, query.
    Run(query::RunArguments),
    /// What is in the index.
    Stats(index::StatsArguments),
    /// Is the index whole?
    Verify(index::VerifyArguments),
    /// Look a place name up.
    Gazetteer {
        /// A name in any script.
        name: String,
    },
    /// Completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// The manual page.
    Man,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::from(1),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::complain(&format!("search: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Runs a command; whether it found anything.
fn run(arguments: Arguments) -> anyhow::Result<bool> {
    let color = arguments.color.wanted();
    match arguments.command {
        Command::Index(arguments) => index::run(&arguments),
        Command::Query(arguments) => query::run(&arguments, color),
        Command::Show(arguments) => query::show(&arguments, color),
        Command::Facets(arguments) => query::facets(&arguments, color),
        Command::Read(arguments) => articles::read(&arguments),
        Command::Extract(arguments) => articles::extract(&arguments),
        Command::Run(arguments) => query::topics(&arguments),
        Command::Stats(arguments) => index::stats(&arguments),
        Command::Verify(arguments) => index::verify(&arguments),
        Command::Gazetteer { name } => gazetteer(&name),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Arguments::command(), "search", &mut io::stdout());
            Ok(true)
        }
        Command::Man => {
            clap_mangen::Man::new(Arguments::command()).render(&mut io::stdout()).context("cannot write")?;
            Ok(true)
        }
    }
}

fn gazetteer(name: &str) -> anyhow::Result<bool> {
    let found = dateline::extract::place::Gazetteer::embedded().lookup(name);
    let mut out = output::stdout();
    for place in &found {
        let (lat, lon) = place.point.unwrap_or_default();
        output::line(&mut out, &format!("{}\t{lat}\t{lon}\t{}", place.path, place.geoname_id.unwrap_or_default()))?;
    }
    Ok(!found.is_empty())
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == ErrorKind::BrokenPipe)
}

/// Today by UTC, for dates without a year.
fn today() -> dateline::article::Day {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    dateline::article::Day((since.as_secs() / 86_400) as i32)
}
