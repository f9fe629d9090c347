//! `search index`, `search stats` and `search verify`.

use std::{
    fs::File,
    io::{self, BufWriter, IsTerminal, Write},
    path::PathBuf,
};

use anyhow::Context as _;
use dateline::{
    ExtractOptions, Index,
    index::WriterOptions,
    ingest::{ReadOptions, RecordError},
    pipeline::{self, IndexRun, Progress, Report},
};
use indicatif::{ProgressBar, ProgressStyle};

use crate::{IndexPath, output};

#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Files and folders of news; `-` reads standard input.
    #[arg(default_value = "seeds")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    index: IndexPath,
    /// The format, where it is not to be told by content.
    #[arg(long)]
    format: Option<String>,
    /// Threads that extract and index, at most 8; as many as there are cores by default.
    #[arg(long)]
    jobs: Option<usize>,
    /// Remove articles whose files are gone.
    #[arg(long)]
    prune: bool,
    /// Stop at the first record that cannot be read.
    #[arg(long)]
    strict: bool,
    /// Write every record that was skipped to a file, as JSON lines.
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Leave places, actors and dates alone.
    #[arg(long)]
    no_extract: bool,
    /// Leave out what is less sure, from 0 to 1.
    #[arg(long, default_value_t = 0.5)]
    min_confidence: f32,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct StatsArguments {
    #[command(flatten)]
    index: IndexPath,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    index: IndexPath,
}

struct Bar {
    bar: ProgressBar,
    articles: u64,
    shown: u64,
    report: Option<BufWriter<File>>,
}

impl Progress for Bar {
    fn found(&mut self, _files: u64, bytes: u64) {
        self.bar.set_length(bytes);
    }

    fn file(&mut self, bytes: u64) {
        self.bar.inc(bytes);
    }

    fn article(&mut self, _bytes: u64) {
        self.articles += 1;
        if self.articles.is_multiple_of(256) {
            self.bar.set_message(format!("{} articles", self.articles));
        }
    }

    fn refused(&mut self, error: &RecordError) {
        if let Some(report) = &mut self.report {
            let _ = serde_json::to_writer(&mut *report, error);
            let _ = report.write_all(b"\n");
        }
        self.shown += 1;
        if self.shown <= 10 {
            self.bar.suspend(|| output::complain(&format!("search: skipped {error}")));
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<bool> {
    crate::articles::check_format(arguments.format.as_deref())?;
    if let Some(path) = arguments.paths.iter().find(|path| path.as_os_str() != "-" && !path.exists()) {
        anyhow::bail!("there is no {}: name the files or folders to index", path.display());
    }
    let index = Index::create(&arguments.index.index)?;
    let jobs = arguments.jobs.unwrap_or_else(|| WriterOptions::default().threads).clamp(1, 8);
    let mut extraction = ExtractOptions::on(crate::today());
    extraction.min_confidence = arguments.min_confidence;
    let run = IndexRun {
        roots: arguments.paths.clone(),
        passed_over: vec![arguments.index.index.clone()],
        reading: ReadOptions::default().with_format(arguments.format.clone()),
        extraction: (!arguments.no_extract).then_some(extraction),
        writing: WriterOptions { threads: jobs, budget_bytes: jobs * 100_000_000 },
        prune: arguments.prune,
        strict: arguments.strict,
    };
    let report = match &arguments.report {
        Some(path) => {
            Some(BufWriter::new(File::create(path).with_context(|| format!("cannot write {}", path.display()))?))
        }
        None => None,
    };
    let bar = if io::stderr().is_terminal() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    let style = "{bar:30} {bytes}/{total_bytes} {msg} {bytes_per_sec} {eta} left";
    bar.set_style(ProgressStyle::with_template(style).unwrap_or_else(|_| ProgressStyle::default_bar()));
    let mut bar = Bar { bar, articles: 0, shown: 0, report };
    let outcome = pipeline::index(&index, &run, &mut bar);
    bar.bar.finish_and_clear();
    if bar.shown > 10 {
        output::complain(&format!("search: skipped {} more; --report FILE lists them all", bar.shown - 10));
    }
    if let Some(mut report) = bar.report {
        report.flush()?;
    }
    let outcome = outcome?;
    let mut out = output::stdout();
    if arguments.json {
        output::json(&mut out, &outcome)?;
    } else {
        output::line(&mut out, &summary(&outcome))?;
    }
    output::flush(&mut out)?;
    Ok(true)
}

fn summary(report: &Report) -> String {
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    let rate = megabytes(report.bytes) / report.seconds.max(1e-9);
    format!(
        "{} articles read: {} added, {} updated, {} unchanged, {} removed, {} skipped\n\
         {} undated, {} without a place, {} without an actor\n\
         {:.1} MB of text in {:.2} s ({rate:.1} MB/s), index of {:.1} MB",
        report.read,
        report.added,
        report.updated,
        report.unchanged,
        report.removed,
        report.skipped,
        report.undated,
        report.unplaced,
        report.no_actor,
        megabytes(report.bytes),
        report.seconds,
        megabytes(report.index_bytes),
    )
}

pub(crate) fn stats(arguments: &StatsArguments) -> anyhow::Result<bool> {
    let stats = Index::open(&arguments.index.index)?.stats()?;
    let mut out = output::stdout();
    if arguments.json {
        output::json(&mut out, &stats)?;
    } else {
        let (first, last) = stats.published.clone().unwrap_or_else(|| ("?".to_owned(), "?".to_owned()));
        output::line(
            &mut out,
            &format!("{} articles from {} files, printed {first} to {last}", stats.articles, stats.files),
        )?;
        output::line(
            &mut out,
            &format!(
                "{} undated, {} without a place, {} without an actor",
                stats.undated, stats.unplaced, stats.no_actor
            ),
        )?;
        output::line(
            &mut out,
            &format!("{} segments, {:.1} MB, {}", stats.segments, stats.bytes as f64 / 1e6, stats.fingerprint),
        )?;
        for (language, count) in stats.languages.iter().take(20) {
            output::line(&mut out, &format!("{count:>9}  {language}"))?;
        }
    }
    output::flush(&mut out)?;
    Ok(stats.articles > 0)
}

pub(crate) fn verify(arguments: &VerifyArguments) -> anyhow::Result<bool> {
    let damaged = Index::open(&arguments.index.index)?.verify()?;
    let mut out = output::stdout();
    for damage in &damaged {
        output::line(&mut out, &format!("damaged: {}", damage.file))?;
    }
    output::flush(&mut out)?;
    if damaged.is_empty() {
        Ok(true)
    } else {
        anyhow::bail!("{} files are damaged: index again into a new folder", damaged.len())
    }
}
