//! One search on one view of the index.

use tantivy::{
    DocAddress, Order, SegmentReader,
    collector::TopDocs,
    query::{EnableScoring, Query as EngineQuery},
};

use super::{Snapshot, facets, lower::Lowering, mapping::PUBLISHED_AT, snippets, stored};
use crate::{
    article::Article,
    index::{IndexError, Searcher, Stats},
    query::Query,
    schema,
    search::{Hit, SearchRequest, SearchResponse, Sort},
};

impl Snapshot {
    /// The matching documents of every segment, in order.
    fn matching(&self, query: &dyn EngineQuery) -> Result<Vec<(&SegmentReader, Vec<u32>)>, IndexError> {
        let weight = query.weight(EnableScoring::disabled_from_searcher(&self.searcher))?;
        let mut all = Vec::new();
        for reader in self.searcher.segment_readers() {
            let mut hits = Vec::new();
            weight.for_each_no_score(reader, &mut |docs| match reader.alive_bitset() {
                Some(alive) => hits.extend(docs.iter().copied().filter(|doc| alive.is_alive(*doc))),
                None => hits.extend_from_slice(docs),
            })?;
            all.push((reader, hits));
        }
        Ok(all)
    }

    fn best(&self, query: &dyn EngineQuery, request: &SearchRequest) -> Result<Vec<(f32, DocAddress)>, IndexError> {
        if request.limit == 0 {
            return Ok(Vec::new());
        }
        let top = TopDocs::with_limit(request.limit).and_offset(request.offset);
        let by_time = |order| -> Result<Vec<(f32, DocAddress)>, IndexError> {
            let found = self.searcher.search(query, &top.order_by_fast_field::<i64>(PUBLISHED_AT, order))?;
            Ok(found.into_iter().map(|(_, address)| (0.0, address)).collect())
        };
        match request.sort {
            Sort::Relevance => {
                let top = TopDocs::with_limit(request.limit).and_offset(request.offset);
                Ok(self.searcher.search(query, &top.order_by_score())?)
            }
            Sort::Newest => by_time(Order::Desc),
            Sort::Oldest => by_time(Order::Asc),
        }
    }

    fn run(&self, query: &Query, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
        let mut lowering = Lowering::new(&self.searcher, &self.mapping)?;
        let lowered = lowering.lower(query)?;
        let Lowering { wanted, warnings, .. } = lowering;
        let mut response = SearchResponse { warnings, ..SearchResponse::default() };
        let matching = self.matching(lowered.as_ref())?;
        response.total = matching.iter().map(|(_, hits)| hits.len() as u64).sum();
        for facet in &request.facets {
            match schema::facet(&facet.name) {
                Some(row) => response.facets.push(facets::block(&self.columns, &matching, facet, row.name, row.kind)?),
                None => response.warnings.push(format!("there is no facet `{}`", facet.name)),
            }
        }
        for (score, address) in self.best(lowered.as_ref(), request)? {
            let article = stored::decode(&self.stored(address)?)?;
            let snippets = snippets::cut(&article, &wanted, request.snippets);
            response.hits.push(Hit { score, article, snippets });
        }
        Ok(response)
    }
}

/// The query with its words OR-ed where they were AND-ed; `None` where that changes nothing.
fn relaxed(query: &Query) -> Option<Query> {
    let Query::And(parts) = query else { return None };
    let is_word = |part: &Query| matches!(part, Query::Word { .. } | Query::Phrase { .. } | Query::Boost(..));
    let (words, mut others): (Vec<Query>, Vec<Query>) = parts.iter().cloned().partition(is_word);
    if words.len() < 2 {
        return None;
    }
    others.push(Query::Or(words));
    Some(Query::And(others))
}

impl Searcher for Snapshot {
    fn search(&self, request: &SearchRequest) -> Result<SearchResponse, IndexError> {
        let response = self.run(&request.query, request)?;
        if response.total > 0 {
            return Ok(response);
        }
        let Some(relaxed) = relaxed(&request.query) else { return Ok(response) };
        let mut second = self.run(&relaxed, request)?;
        if second.total > 0 {
            second.warnings.push("no article has all the words: these have some of them".to_owned());
        }
        Ok(second)
    }

    fn article(&self, id: &str) -> Result<Option<Article>, IndexError> {
        self.find(id)?.map(|address| stored::decode(&self.stored(address)?)).transpose()
    }

    fn articles(&self) -> Box<dyn Iterator<Item = Result<Article, IndexError>> + '_> {
        Box::new(self.scan())
    }

    fn stats(&self) -> Result<Stats, IndexError> {
        self.numbers()
    }
}
