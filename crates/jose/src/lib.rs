//! Keys, JWK, JWS and the sealing of secrets at rest.
