#!/bin/sh
# Installs the program from an archive of a release, after it has compared the archive with its checksum.
#
#   install.sh --from FOLDER-OR-URL [--prefix /usr/local] [--archive NAME] [--sha256 SUM] [--dry-run]
#
#   --from      where the archive and SHA256SUMS are: a folder, or an https URL
#   --prefix    bin/jeton and share/ are below it
#   --archive   the archive's name, if there are several for this machine
#   --sha256    the archive's checksum, which you have from elsewhere: that of SHA256SUMS says only that the archive is whole
#   --dry-run   fetches, compares, and says what would be installed
#
# It asks nothing, starts nothing, and makes neither users nor secrets: `jeton init` does that, or the Debian package.
set -eu

say() { echo "install.sh: $*" >&2; }
fail() { say "$@"; exit 1; }

from='' prefix=/usr/local archive='' sum='' dry=''
while [ $# -gt 0 ]; do
    case "$1" in
        --dry-run) dry=yes; shift; continue ;;
        --from | --prefix | --archive | --sha256) [ $# -ge 2 ] || fail "$1 needs a value" ;;
        *) fail "unknown argument $1" ;;
    esac
    case "$1" in
        --from) from=${2%/} ;;
        --prefix) prefix=${2%/} ;;
        --archive) archive=$2 ;;
        --sha256) sum=$2 ;;
    esac
    shift 2
done
[ -n "$from" ] || fail 'say where the archive is: --from FOLDER-OR-URL'
case "$prefix" in /*) ;; *) fail '--prefix must begin with /' ;; esac
case "$archive" in */*) fail '--archive is a name, not a path' ;; esac

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

fetch() { # fetch NAME
    case "$from" in
        https://*) curl --proto '=https' --tlsv1.2 -fsSL -o "$work/$1" "$from/$1" || fail "cannot fetch $from/$1" ;;
        *://*) fail '--from is a folder or an https URL' ;;
        *) cp "$from/$1" "$work/$1" || fail "cannot read $from/$1" ;;
    esac
}

[ "$(uname -s)" = Linux ] || fail "there are archives for Linux only, not for $(uname -s)"
fetch SHA256SUMS
if [ -z "$archive" ]; then
    archive=$(sed -n "s/^[0-9a-f]\{64\}  \(jeton-[^ /]*-$(uname -m)-unknown-linux-[a-z]*\.tar\.gz\)\$/\1/p" "$work/SHA256SUMS")
    case "$archive" in
        '') fail "$from has no archive for $(uname -m)" ;;
        *'
'*) fail "name one of these by --archive:" $archive ;;
    esac
fi
listed=$(awk -v name="$archive" '$2 == name { print $1 }' "$work/SHA256SUMS")
[ -n "$listed" ] || fail "SHA256SUMS does not name $archive"
fetch "$archive"
found=$(sha256sum "$work/$archive" | cut -d ' ' -f 1)
[ "$found" = "$listed" ] || fail "$archive is damaged: its checksum is $found, SHA256SUMS says $listed"
[ -z "$sum" ] || [ "$found" = "$sum" ] || fail "$archive is another than you expect: its checksum is $found"

mkdir "$work/unpacked"
tar -xzf "$work/$archive" --no-same-owner --strip-components=1 -C "$work/unpacked"
version=$("$work/unpacked/jeton" --version) || fail 'the program does not run on this machine'

put() { # put MODE FILE PATH
    if [ -n "$dry" ]; then
        echo "would install $prefix/$3"
        return
    fi
    mkdir -p "$(dirname "$prefix/$3")"
    # In one step: a running program keeps its file, and nobody finds half of one.
    install -m "$1" "$work/unpacked/$2" "$prefix/$3.new"
    mv -f "$prefix/$3.new" "$prefix/$3"
    echo "installed $prefix/$3"
}

put 755 jeton bin/jeton
for file in LICENSE-APACHE LICENSE-MIT THIRD-PARTY.txt CHANGELOG.md jeton.cdx.json; do put 644 "$file" "share/doc/jeton/$file"; done
put 644 completions/jeton.bash share/bash-completion/completions/jeton
put 644 completions/jeton.zsh share/zsh/site-functions/_jeton
put 644 completions/jeton.fish share/fish/vendor_completions.d/jeton.fish
for file in "$work"/unpacked/systemd/*; do put 644 "systemd/${file##*/}" "share/doc/jeton/systemd/${file##*/}"; done
put 644 jeton.toml share/doc/jeton/jeton.toml
say "$version${dry:+, nothing was changed}"
