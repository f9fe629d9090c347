//! `search read` and `search extract`: articles as JSON lines, without an index.

use std::{ops::ControlFlow, path::PathBuf};

use dateline::{
    Article, ExtractOptions, Extractor,
    article::json::{ExtractJson, ReadJson},
    ingest::{ReadOptions, RecordError, Source, read as read_source, walk},
};
use rayon::prelude::*;

use crate::output;

/// Articles extracted at once; bounds memory, and keeps the order.
const BATCH: usize = 256;

#[derive(Debug, clap::Args)]
pub(crate) struct ReadArguments {
    /// Files and folders; `-` reads standard input.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// The format, where it is not to be told by content.
    #[arg(long)]
    format: Option<String>,
    /// JSON lines; the only form there is.
    #[arg(long)]
    json: bool,
    /// Stop at the first record that cannot be read.
    #[arg(long)]
    strict: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct ExtractArguments {
    #[command(flatten)]
    reading: ReadArguments,
    /// Leave out what is less sure, from 0 to 1.
    #[arg(long, default_value_t = 0.5)]
    min_confidence: f32,
    /// Threads; as many as there are cores by default.
    #[arg(long)]
    jobs: Option<usize>,
}

pub(crate) fn check_format(name: Option<&str>) -> anyhow::Result<()> {
    if let Some(name) = name
        && dateline::ingest::format_named(name).is_none()
    {
        let names: Vec<&str> = dateline::ingest::FORMATS.iter().map(|format| format.name()).collect();
        anyhow::bail!("there is no format `{name}`: choose one of {}", names.join(", "));
    }
    Ok(())
}

/// Hands over every article below the paths; whether any was there.
fn each(arguments: &ReadArguments, take: &mut dyn FnMut(Article) -> anyhow::Result<()>) -> anyhow::Result<bool> {
    check_format(arguments.format.as_deref())?;
    let options = ReadOptions::default().with_format(arguments.format.clone());
    let mut any = false;
    let mut failure = None;
    let mut source = |source: &Source| -> anyhow::Result<()> {
        let options = match source {
            Source::Stdin if options.format.is_none() => ReadOptions::default().with_format(Some("jsonl".to_owned())),
            _ => options.clone(),
        };
        read_source(source, &options, &mut |record| {
            let done = match record {
                Ok(article) => {
                    any = true;
                    take(article)
                }
                Err(error) => refused(error, arguments.strict),
            };
            match done {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        failure.take().map_or(Ok(()), Err)
    };
    for path in &arguments.paths {
        if path.as_os_str() == "-" {
            source(&Source::Stdin)?;
            continue;
        }
        for file in walk(std::slice::from_ref(path), &[]) {
            match file {
                Ok(file) => source(&Source::File(file))?,
                Err(error) => refused(error, arguments.strict)?,
            }
        }
    }
    Ok(any)
}

fn refused(error: RecordError, strict: bool) -> anyhow::Result<()> {
    if strict {
        return Err(error.into());
    }
    output::complain(&format!("search: skipped {error}"));
    Ok(())
}

pub(crate) fn read(arguments: &ReadArguments) -> anyhow::Result<bool> {
    let mut out = output::stdout();
    let any = each(arguments, &mut |article| output::json(&mut out, &ReadJson(&article)))?;
    output::flush(&mut out)?;
    Ok(any)
}

pub(crate) fn extract(arguments: &ExtractArguments) -> anyhow::Result<bool> {
    let mut options = ExtractOptions::on(crate::today());
    options.min_confidence = arguments.min_confidence;
    let extractor = Extractor::new(options);
    let pool = rayon::ThreadPoolBuilder::new().num_threads(arguments.jobs.unwrap_or(0)).build()?;
    let mut out = output::stdout();
    let mut batch: Vec<Article> = Vec::with_capacity(BATCH);
    let mut print = |batch: &mut Vec<Article>| -> anyhow::Result<()> {
        let lines: Vec<String> = pool.install(|| {
            batch
                .par_iter_mut()
                .map(|article| {
                    extractor.extract(article);
                    serde_json::to_string(&ExtractJson(article))
                })
                .collect::<Result<_, _>>()
        })?;
        batch.clear();
        lines.iter().try_for_each(|line| output::line(&mut out, line))
    };
    let any = each(&arguments.reading, &mut |article| {
        batch.push(article);
        if batch.len() == BATCH { print(&mut batch) } else { Ok(()) }
    })?;
    print(&mut batch)?;
    output::flush(&mut out)?;
    Ok(any)
}
