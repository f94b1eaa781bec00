//! `grpc.health.v1.Health`: the services are served as long as the process answers.

use std::pin::Pin;

use futures::stream::{Stream, StreamExt as _, once, pending};
use tonic::server::NamedService;
use tonic::{Request, Response, Status};
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_server::{Health, HealthServer};
use tonic_health::pb::{HealthCheckRequest, HealthCheckResponse};

use crate::proto::jdocs::jdocs_server::JdocsServer;
use crate::proto::token::token_server::TokenServer;

/// Answers for both services, and for the server as a whole (no name).
const SERVICES: [&str; 3] = ["", <TokenServer<()> as NamedService>::NAME, <JdocsServer<()> as NamedService>::NAME];

/// The service.
pub(crate) fn service() -> HealthServer<Always> {
    HealthServer::new(Always)
}

/// Serves always.
pub(crate) struct Always;

fn of(service: &str) -> ServingStatus {
    if SERVICES.contains(&service) { ServingStatus::Serving } else { ServingStatus::ServiceUnknown }
}

#[tonic::async_trait]
impl Health for Always {
    type WatchStream = Pin<Box<dyn Stream<Item = Result<HealthCheckResponse, Status>> + Send>>;

    async fn check(&self, request: Request<HealthCheckRequest>) -> Result<Response<HealthCheckResponse>, Status> {
        match of(&request.into_inner().service) {
            ServingStatus::Serving => Ok(Response::new(HealthCheckResponse { status: ServingStatus::Serving.into() })),
            _ => Err(Status::not_found("no such service")),
        }
    }

    async fn watch(&self, request: Request<HealthCheckRequest>) -> Result<Response<Self::WatchStream>, Status> {
        let status = of(&request.into_inner().service).into();
        // It never changes: the stream goes on until the client or the listener ends it.
        let stream = once(async move { Ok(HealthCheckResponse { status }) }).chain(pending());
        Ok(Response::new(Box::pin(stream)))
    }
}
