#!/bin/sh
# Installs LoadShaper on this machine as a systemd service, without .NET, Docker or anything else:
#
#   sudo sh install.sh                    from the files beside this script, or the archive that it lies in
#   sudo sh install.sh --from URL|DIR     from a release elsewhere (SHA256SUMS has to be there too)
#   sudo sh install.sh --uninstall        removes the program, keeps history and settings
#   sudo sh install.sh --uninstall --purge  removes these too
#
# Takes the .deb where dpkg rules, the .rpm where rpm does, else the archive; --package deb|rpm|archive decides. --version
# chooses among several. An installed older version is upgraded, its history kept.
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
from=$here package='' version='' uninstall=false purge=false
work=''

fail() { echo "install.sh: $*" >&2; exit 1; }
say() { echo "- $*"; }

usage() { sed -n '2,11s/^# \{0,1\}//p' "$0" >&2; exit 64; }

while [ $# -gt 0 ]; do
    case $1 in
        --from) [ $# -gt 1 ] || usage; from=$2; shift ;;
        --package) [ $# -gt 1 ] || usage; package=$2; shift ;;
        --version) [ $# -gt 1 ] || usage; version=$2; shift ;;
        --uninstall) uninstall=true ;;
        --purge) purge=true ;;
        *) usage ;;
    esac
    shift
done

[ "$(id -u)" = 0 ] || fail "root is needed to install a service: sudo sh $0"

has() { command -v "$1" > /dev/null 2>&1; }

# By what is there on the machine, not by the distribution's name.
installed_as() {
    if has dpkg-query && dpkg-query -W -f '${Status}' loadshaper 2> /dev/null | grep -q 'installed\|config-files'; then echo deb
    elif has rpm && rpm -q loadshaper > /dev/null 2>&1; then echo rpm
    elif [ -d /opt/loadshaper ]; then echo archive
    else echo nothing
    fi
}

# The functions for user and service: beside this script, in an installed archive, or in the archive that is installed.
service_functions() {
    for folder in "$here" /opt/loadshaper; do
        if [ -f "$folder/service.sh" ]; then
            # shellcheck source=deploy/package/service.sh
            . "$folder/service.sh"
            return
        fi
    done
    fail "service.sh is not beside this script: take it from the archive or from deploy/package"
}

remove_archive() {
    loadshaper_stop
    rm -rf /opt/loadshaper /usr/local/bin/loadshaper /etc/systemd/system/loadshaper.service /etc/systemd/system/loadshaper.slice
    loadshaper_reload
}

if $uninstall; then
    kind=$(installed_as)
    case $kind in
        deb) if $purge; then dpkg --purge loadshaper; else dpkg --remove loadshaper; fi ;;
        rpm)
            rpm -e loadshaper
            if $purge; then service_functions; loadshaper_purge; fi ;;
        archive) service_functions; remove_archive; if $purge; then loadshaper_purge; fi ;;
        nothing)
            $purge || fail "LoadShaper is not installed here; --purge removes history and settings that are left"
            service_functions; loadshaper_purge ;;
    esac
    say "removed: the program ($kind), its unit and its slice"
    if $purge; then
        say "removed: history (/var/lib/loadshaper), settings (/etc/loadshaper) and the user"
    else
        say "kept: history in /var/lib/loadshaper, settings in /etc/loadshaper; --uninstall --purge removes them"
    fi
    exit 0
fi

case $(uname -m) in
    x86_64) runtime=linux-x64 deb=amd64 rpm=x86_64 ;;
    aarch64) runtime=linux-arm64 deb=arm64 rpm=aarch64 ;;
    *) fail "$(uname -m) is not supported: there are packages for x86_64 and aarch64" ;;
esac
if ls /lib/ld-musl-* > /dev/null 2>&1 && ! ls /lib*/ld-linux-* > /dev/null 2>&1; then
    fail "this machine has musl in place of glibc: run the container image (deploy/compose)"
fi

already=$(installed_as)
if [ -z "$package" ]; then
    if [ "$already" != nothing ]; then package=$already
    elif [ "$from" = "$here" ] && [ -d "$here/root" ]; then package=archive
    elif has dpkg && has dpkg-query; then package=deb
    elif has rpm && { has dnf || has yum || has zypper; }; then package=rpm
    else package=archive
    fi
fi
[ "$already" = nothing ] || [ "$already" = "$package" ] \
    || fail "LoadShaper is installed as $already; remove that first (sh $0 --uninstall keeps the history), or leave --package out"

cleanup() { [ -z "$work" ] || rm -rf "$work"; }
trap cleanup EXIT
work=$(mktemp -d)

get() { # get NAME: a file of the release into the work folder
    case $from in
        http://* | https://*)
            if has curl; then curl --fail --silent --show-error --location --output "$work/$1" "$from/$1"
            elif has wget; then wget --quiet --output-document="$work/$1" "$from/$1"
            else fail "curl or wget is needed to download; or download the files of the release and give their folder: --from DIR"
            fi ;;
        *) [ -f "$from/$1" ] && cp "$from/$1" "$work/$1" ;;
    esac || fail "cannot get $1 from $from"
}

# The newest file of that pattern in the list of sums, or the one of --version.
choose() { # choose PREFIX SUFFIX
    found=$(awk '{ print $2 }' "$work/SHA256SUMS" | sed 's/^\*//' | grep -e "^$1" | grep -e "$2\$" | { if [ -n "$version" ]; then grep -F -- "$version"; else cat; fi; } | sort -V | tail -n 1)
    [ -n "$found" ] || fail "no $package for $runtime${version:+ of version $version} among the files of $from"
    echo "$found"
}

fetch() { # fetch PREFIX SUFFIX: sets file, verified
    get SHA256SUMS
    file=$(choose "$1" "$2") || exit 1
    get "$file"
    (cd "$work" && grep -e " [ *]\{0,1\}$file\$" SHA256SUMS | sha256sum --check --status -) \
        || fail "the SHA-256 sum of $file is not the one in SHA256SUMS: the file is damaged or was replaced. Nothing was installed; get the release again"
    say "verified: $file has the SHA-256 sum of SHA256SUMS"
}

install_archive() { # install_archive DIRECTORY: an unpacked archive
    # shellcheck source=deploy/package/service.sh
    . "$1/service.sh"
    first=first
    [ -d /opt/loadshaper ] && first=again
    loadshaper_user
    loadshaper_directory
    rm -rf /opt/loadshaper.new
    cp -a "$1/root/usr/lib/loadshaper" /opt/loadshaper.new
    cp "$1/service.sh" "$1/install.sh" /opt/loadshaper.new/
    chown -R root:root /opt/loadshaper.new
    rm -rf /opt/loadshaper
    mv /opt/loadshaper.new /opt/loadshaper
    mkdir -p /usr/local/bin /etc/systemd/system /etc/loadshaper
    ln -sf /opt/loadshaper/loadshaper /usr/local/bin/loadshaper
    sed 's|^ExecStart=/usr/bin/loadshaper|ExecStart=/opt/loadshaper/loadshaper|' "$1/root/usr/lib/systemd/system/loadshaper.service" > /etc/systemd/system/loadshaper.service
    cp "$1/root/usr/lib/systemd/system/loadshaper.slice" /etc/systemd/system/
    [ -f /etc/loadshaper/loadshaper.env ] || cp "$1/root/etc/loadshaper/loadshaper.env" /etc/loadshaper/
    loadshaper_start $first
}

case $package in
    deb)
        fetch loadshaper_ "_$deb.deb"
        # apt brings libraries that are missing; dpkg alone is enough where none is.
        dpkg -i "$work/$file" || { has apt-get && apt-get -y --fix-broken install; } || fail "dpkg could not install $file" ;;
    rpm)
        fetch loadshaper- ".$rpm.rpm"
        if has dnf; then dnf -y install "$work/$file"
        elif has yum; then yum -y localinstall "$work/$file"
        else rpm -U --replacepkgs "$work/$file"
        fi || fail "$file could not be installed" ;;
    archive)
        # The packages name this dependency. Without it .NET ends the process where it first needs a hash.
        ls /usr/lib*/libssl.so.* /lib*/libssl.so.* /usr/lib/*/libssl.so.* /lib/*/libssl.so.* /usr/local/lib*/libssl.so.* 2> /dev/null | grep -q . \
            || fail "OpenSSL is missing (no libssl.so in the library folders). Nothing was installed; install the distribution's package: libssl3, or openssl-libs"
        if [ "$from" = "$here" ] && [ -d "$here/root" ]; then
            say "taken from the unpacked archive $here"
            install_archive "$here"
        else
            fetch loadshaper- "-$runtime.tar.gz"
            tar -xzf "$work/$file" -C "$work"
            install_archive "$work/${file%.tar.gz}"
        fi ;;
    *) usage ;;
esac

program=$(command -v loadshaper || echo /usr/local/bin/loadshaper)
if [ "$already" = nothing ]; then say "installed: $("$program" --version) as $program ($package)"; else say "upgraded to $("$program" --version) ($package); the history was kept"; fi
say "settings: /etc/loadshaper/loadshaper.env; after a change: systemctl restart loadshaper"
say "history: /var/lib/loadshaper"

# In the group and as the user of the service, so that the answer is the service's.
echo
code=0
if [ -d /run/systemd/system ]; then
    say "service: $(systemctl is-active loadshaper.service || true), started at boot: $(systemctl is-enabled loadshaper.service || true)"
    systemd-run --quiet --wait --pipe --collect --slice=loadshaper.slice --uid=loadshaper --gid=loadshaper \
        --property=EnvironmentFile=-/etc/loadshaper/loadshaper.env --setenv=NET_SENSE_MODE=host "$program" doctor || code=$?
else
    say "systemd does not run here, so nothing was started: loadshaper run"
    NET_SENSE_MODE=host "$program" doctor || code=$?
fi
echo
case $code in
    0) echo "LoadShaper is installed and every check passed." ;;
    1) echo "LoadShaper is installed; the warnings above say what would make it better." ;;
    *) fail "installed, but \`loadshaper doctor\` found failures (above). Correct them, then: systemctl restart loadshaper" ;;
esac
