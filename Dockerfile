# The image of Jeton: the static program, certificate authorities, and nothing else. It runs as a user without rights and writes only
# in /var/lib/jeton. deploy/compose/compose.yaml is an example.
#
#   docker build -t jeton .
FROM rust:1.95-alpine AS build
RUN apk add --no-cache build-base ca-certificates
WORKDIR /src
COPY . .
# On Alpine Rust links statically, with musl.
RUN cargo build --release --locked --package jeton && \
    install -D -m 755 target/release/jeton /image/usr/bin/jeton && \
    install -D -m 644 deploy/jeton.toml /image/etc/jeton/jeton.toml && \
    install -D -m 644 /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt && \
    install -d -m 700 -o 65532 -g 65532 /image/var/lib/jeton && \
    printf 'jeton:x:65532:65532::/var/lib/jeton:/sbin/nologin\n' >/image/etc/passwd && \
    printf 'jeton:x:65532:\n' >/image/etc/group

FROM scratch
COPY --from=build /image /
# The configuration in the image listens on loopback, which nobody reaches from outside of the container.
ENV JETON_HTTP__LISTEN=0.0.0.0:8080
# Where the commands look for jeton.toml.
WORKDIR /etc/jeton
USER 65532:65532
VOLUME ["/var/lib/jeton"]
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=10s --start-period=5m --retries=3 CMD ["/usr/bin/jeton", "health"]
ENTRYPOINT ["/usr/bin/jeton"]
CMD ["serve", "--config", "/etc/jeton/jeton.toml", "--log-format", "json"]
