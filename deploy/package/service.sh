# shellcheck shell=sh
# What every package does around its files: the user, the directory of the history, the service. Included by the maintainer
# scripts of the .deb and the .rpm, and by install.sh for the archive.

loadshaper_state=/var/lib/loadshaper

loadshaper_user() {
    getent group loadshaper > /dev/null || groupadd --system loadshaper
    getent passwd loadshaper > /dev/null || useradd --system --gid loadshaper --no-create-home --home-dir "$loadshaper_state" --shell /usr/sbin/nologin loadshaper
}

# The unit makes it too; here it is for `loadshaper doctor` before the first start.
loadshaper_directory() {
    [ -d "$loadshaper_state" ] || install -d -o loadshaper -g loadshaper -m 0750 "$loadshaper_state"
}

loadshaper_booted() { [ -d /run/systemd/system ]; }

# loadshaper_start first|again: started after a reboot too; an upgrade leaves a disabled service disabled.
loadshaper_start() {
    if command -v systemctl > /dev/null && [ "$1" = first ]; then
        systemctl --quiet enable loadshaper.service || true
    fi
    if loadshaper_booted; then
        systemctl daemon-reload || true
        if [ "$1" = first ] || systemctl --quiet is-enabled loadshaper.service; then
            systemctl restart loadshaper.service || echo "loadshaper did not start; the reason: journalctl -u loadshaper" >&2
        fi
    fi
}

loadshaper_stop() {
    if loadshaper_booted; then
        systemctl stop loadshaper.service || true
    fi
    if command -v systemctl > /dev/null; then
        systemctl --quiet disable loadshaper.service > /dev/null 2>&1 || true
    fi
}

loadshaper_reload() {
    if loadshaper_booted; then
        systemctl daemon-reload || true
    fi
}

# The history, the settings and the user. Nothing else ever deletes the history.
loadshaper_purge() {
    rm -rf "$loadshaper_state" /etc/loadshaper
    if getent passwd loadshaper > /dev/null; then
        userdel loadshaper || true
    fi
    if getent group loadshaper > /dev/null; then
        groupdel loadshaper || true
    fi
}
