//! How a deleted service is told from others: its issuer is no address any more.

use jeton_model::records::Service;

/// What precedes the issuer of a deleted service.
const DELETED: &str = "deleted:";

/// The issuer of a service that is being deleted: its address is free for another. That of a deleted one stays.
pub(crate) fn deleted_issuer(service: &Service) -> String {
    if is_deleted(service) {
        return service.issuer.to_string();
    }
    format!("{DELETED}{}:{}", service.id, service.issuer)
}

/// Whether a service was deleted.
pub(crate) fn is_deleted(service: &Service) -> bool {
    service.issuer.starts_with(DELETED)
}
