//! One search on one view of the index.

use super::{Snapshot, stored};
use crate::{
    article::Article,
    index::{IndexError, Searcher, Stats},
    search::{SearchRequest, SearchResponse},
};

impl Searcher for Snapshot {
    fn search(&self, _request: &SearchRequest) -> Result<SearchResponse, IndexError> {
        Ok(SearchResponse { warnings: vec!["searching is not built yet".to_owned()], ..SearchResponse::default() })
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
