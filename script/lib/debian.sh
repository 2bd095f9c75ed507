# A Debian 12 in a folder, and this repository in it. For scripts that set `root` to this repository
# and `name` to what they are called: they source this file.
#
# Needs root and debootstrap, and this machine's access to its Debian mirror: apt's sources and
# settings, proxies, name servers and own certificates are taken over.

suite=bookworm

fail() {
    echo "$name: $*" >&2
    exit 1
}

# What the comment at the head of the script says of it.
usage() {
    sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
}

# The first Debian mirror that apt knows here, in either of its formats.
find_mirror() {
    {
        cat /etc/apt/sources.list.d/*.sources 2>/dev/null |
            sed -n 's/^URIs:[[:space:]]*\([^[:space:]]*\).*/\1/p'
        cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list 2>/dev/null |
            sed -n 's/^deb[[:space:]]\(\[[^]]*\][[:space:]]*\)\{0,1\}\([^[:space:]]*\).*/\2/p'
    } | grep '/debian/\{0,1\}$' | head -n 1
}

mounted() {
    grep -q " $folder/proc " /proc/mounts
}

# What still runs inside the folder is ours.
end_processes() {
    for pid_root in /proc/[0-9]*/root; do
        if [ "$(readlink "$pid_root" 2>/dev/null)" = "$folder" ]; then
            pid=${pid_root#/proc/}
            kill "${pid%/root}" 2>/dev/null || true
        fi
    done
}

unmount() {
    if mounted; then
        umount "$folder/dev/pts" || umount -l "$folder/dev/pts"
        umount "$folder/proc" || umount -l "$folder/proc"
    fi
}

cleanup() {
    end_processes
    unmount
    if [ "$keep" = yes ]; then
        echo "$name: left in $folder"
    else
        rm -rf --one-file-system "$folder"
    fi
}

in_root() {
    chroot "$folder" /usr/bin/env -i HOME=/root LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
        ${http_proxy:+"http_proxy=$http_proxy"} ${https_proxy:+"https_proxy=$https_proxy"} \
        ${no_proxy:+"no_proxy=$no_proxy"} /bin/sh -euc "$1"
}

# How this machine reaches its mirror: proxies, and names of hosts. And whom it trusts, should there
# be a proxy that speaks TLS for others.
take_over_network() {
    for setting in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
        if [ -f "$setting" ] && grep -qi proxy "$setting"; then
            cp "$setting" "$folder/etc/apt/apt.conf.d/"
        fi
    done
    cp /etc/resolv.conf /etc/hosts "$folder/etc/"
    if ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1; then
        mkdir -p "$folder/usr/local/share/ca-certificates"
        cp /usr/local/share/ca-certificates/*.crt "$folder/usr/local/share/ca-certificates/"
        chroot "$folder" update-ca-certificates >/dev/null
    fi
}

mount_system() {
    [ -c "$folder/dev/null" ] || fail "debootstrap could not make devices in $folder"
    mounted && return
    mount -t proc proc "$folder/proc"
    mkdir -p "$folder/dev/pts"
    mount -t devpts devpts "$folder/dev/pts" -o newinstance,ptmxmode=0666 # for telnet's terminal
    ln -sf pts/ptmx "$folder/dev/ptmx"
}

# make_debian PACKAGES: a Debian with these (a list with commas) in $folder, or in a temporary one
# when that is empty; a folder that has one is taken as it is. It is gone when the script ends unless
# $keep is yes. Sets `clean`: whether nothing else is in it.
make_debian() {
    [ "$(id -u)" -eq 0 ] || fail "must be root, for chroot and mount"
    command -v debootstrap >/dev/null || fail "apt-get install debootstrap"
    mirror=$(find_mirror)
    mirror=${mirror:-http://deb.debian.org/debian}

    [ -n "$folder" ] || folder=$(mktemp -d /tmp/teahouse-root.XXXXXX)
    mkdir -p "$folder"
    chmod 755 "$folder" # it will be everybody's /
    folder=$(cd "$folder" && pwd)
    trap cleanup EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM

    clean=no
    if [ ! -x "$folder/usr/bin/git" ]; then
        clean=yes
        echo "$name: $suite from $mirror into $folder"
        debootstrap --variant=minbase --include="$1" "$suite" "$folder" "$mirror" \
            >"$folder/debootstrap.log" 2>&1 || {
            tail -n 20 "$folder/debootstrap.log" >&2
            fail "debootstrap failed"
        }
    fi
    take_over_network
    mount_system
}

# What is committed of this repository, in /root/teahouse there.
clone_tree() {
    rm -rf "$folder/root/teahouse"
    git clone -q --no-hardlinks "$root" "$folder/root/teahouse"
}
