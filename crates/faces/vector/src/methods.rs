//! The gRPC methods that are served, for whoever counts calls: a router knows services only.

/// The path of every method.
pub const METHODS: &[&str] = &[
    "/tokenpb.Token/AssociatePrimaryUser",
    "/tokenpb.Token/ReassociatePrimaryUser",
    "/tokenpb.Token/AssociateSecondaryClient",
    "/tokenpb.Token/DisassociatePrimaryUser",
    "/tokenpb.Token/RefreshToken",
    "/tokenpb.Token/ListRevokedTokens",
    "/tokenpb.Token/RevokeFactoryCertificate",
    "/tokenpb.Token/RevokeTokens",
    "/jdocspb.Jdocs/WriteDoc",
    "/jdocspb.Jdocs/ReadDocs",
    "/jdocspb.Jdocs/DeleteDoc",
    "/grpc.health.v1.Health/Check",
    "/grpc.health.v1.Health/Watch",
    "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
];

#[cfg(test)]
mod tests {
    use super::METHODS;

    /// The methods in one of our proto files.
    fn of(file: &str) -> Vec<String> {
        let word = |line: &str, before: &str, after: char| {
            Some(line.trim().strip_prefix(before)?.split(after).next()?.trim().to_owned())
        };
        let package = file.lines().find_map(|line| word(line, "package ", ';')).unwrap();
        let service = file.lines().find_map(|line| word(line, "service ", '{')).unwrap();
        file.lines()
            .filter_map(|line| word(line, "rpc ", '('))
            .map(|name| format!("/{package}.{service}/{name}"))
            .collect()
    }

    #[test]
    fn every_method_of_the_proto_files_is_listed() {
        let files = [include_str!("../proto/token.proto"), include_str!("../proto/jdocs.proto")];
        let all: Vec<_> = files.iter().flat_map(|file| of(file)).collect();
        assert_eq!(all.len(), 11);
        let listed: Vec<_> = METHODS.iter().filter(|path| !path.starts_with("/grpc.")).collect();
        assert_eq!(listed.len(), all.len());
        assert!(all.iter().all(|path| METHODS.contains(&path.as_str())), "{all:?}");
    }
}
