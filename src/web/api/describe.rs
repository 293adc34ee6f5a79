//! What the description of the API says of its own accord: each spreadsheet beside its CSV, and a name for every operation.

use utoipa::Modify;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, SchemaType, Type};
use utoipa::openapi::{OpenApi, PathItem, RefOr};

use crate::web::table::XLSX;

/// Beside every `.csv` the same rows come as `.xlsx`: a path of its own.
pub(super) struct Spreadsheets;

impl Modify for Spreadsheets {
    fn modify(&self, description: &mut OpenApi) {
        let paths = &mut description.paths.paths;
        let sheets: Vec<(String, PathItem)> = paths
            .iter()
            .filter_map(|(path, item)| {
                Some((format!("{}.xlsx", path.strip_suffix(".csv")?), spreadsheet(item.clone())))
            })
            .collect();
        paths.extend(sheets);
    }
}

/// The same question, answered with a spreadsheet.
fn spreadsheet(mut item: PathItem) -> PathItem {
    let Some(operation) = &mut item.get else { return item };
    operation.summary = Some("The same as a spreadsheet.".to_owned());
    operation.description = None;
    if let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") {
        let format = SchemaFormat::KnownFormat(KnownFormat::Binary);
        let bytes = ObjectBuilder::new().schema_type(SchemaType::Type(Type::String)).format(Some(format));
        answer.content.clear();
        let content = ContentBuilder::new().schema(Some(bytes)).build();
        answer.content.insert(XLSX.to_owned(), RefOr::T(content));
    }
    item
}

/// Programs made from the description call an operation by its name: `reports_csv`, each once.
pub(super) struct Names;

impl Modify for Names {
    fn modify(&self, description: &mut OpenApi) {
        for (path, item) in &mut description.paths.paths {
            if let Some(operation) = &mut item.get {
                let path = path.trim_start_matches("/api/v1/");
                let words = path.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
                operation.operation_id = Some(words.collect::<Vec<_>>().join("_"));
            }
        }
    }
}
