#!/bin/sh
# Makes the secrets of compose.yaml, once: the password of the database, the URL with it, and the seal key. Keep a copy of seal_key
# apart from the backups of the database: neither can be restored without the other.
set -eu
folder=${1:-$(dirname "$0")/secrets}
if [ -e "$folder" ]; then
    echo "$folder exists and is left as it is" >&2
    exit 1
fi
# The containers' users read the files through a mount, whatever user made them. The folder keeps everybody else away.
umask 077
mkdir "$folder"
password=$(openssl rand -hex 32)
printf '%s' "$password" >"$folder/database_password"
printf 'postgres://jeton:%s@database:5432/jeton?sslmode=disable' "$password" >"$folder/database_url"
openssl rand -base64 32 >"$folder/seal_key"
chmod 444 "$folder"/*
echo "made $folder" >&2
