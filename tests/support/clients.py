"""The command lines of ACME clients, with what every test of a client gives it. `place` is the fixture."""

CONTACT = "admin@certwright.example"


def certbot(place, program="certbot"):
    def certbot(*arguments, server=None, **options):
        folders = [f"--{kind}-dir={place.folder / kind}" for kind in ("config", "work", "logs")]
        return place.run(
            program, *arguments, "--server", server or place.directory, "--non-interactive", *folders, **options
        )  # fmt: skip

    return certbot


def certbot_standalone(place):
    return [
        "certonly", "--standalone", "--http-01-port", place.challenge_port, "--http-01-address", "127.0.0.1",
        "--agree-tos", "--register-unsafely-without-email",
    ]  # fmt: skip


def certbot_rfc2136(place):
    file = place.folder / "rfc2136.ini"
    file.write_text(
        f"dns_rfc2136_server = 127.0.0.1\ndns_rfc2136_port = {place.bind.port}\ndns_rfc2136_name = acme-update\n"
        f"dns_rfc2136_secret = {place.bind.secret}\ndns_rfc2136_algorithm = HMAC-SHA256\n"
    )
    file.chmod(0o600)
    return [
        "certonly", "--dns-rfc2136", "--dns-rfc2136-credentials", file, "--dns-rfc2136-propagation-seconds", "1",
        "--agree-tos", "--register-unsafely-without-email",
    ]  # fmt: skip


def lego(place):
    def lego(*arguments, how=None, env=None, server=None, **options):
        by_http = ["--http", "--http.port", f"127.0.0.1:{place.challenge_port}"]
        return place.run(
            "lego", "--path", place.folder / "lego", "--server", server or place.directory, "--accept-tos",
            "--email", CONTACT, *(by_http if how is None else how), *arguments, env=env or {}, **options,
        )  # fmt: skip

    return lego


def uacme(place):
    # It trusts what the system trusts: in a mount namespace of its own, that is our root.
    program = 'mount --bind "$1" /etc/ssl/certs/ca-certificates.crt && shift && exec uacme "$@"'

    def uacme(*arguments, hook="/usr/share/uacme/uacme.sh", env=None, server=None, **options):
        return place.run(
            "unshare", "--map-root-user", "--mount", "sh", "-c", program, "sh", place.root_file,
            "--yes", "--no-ocsp", "--confdir", place.folder / "uacme", "--acme-url", server or place.directory,
            "--hook", hook, *arguments, env={"UACME_CHALLENGE_PATH": str(place.challenges), **(env or {})}, **options,
        )  # fmt: skip

    return uacme


def dehydrated(place, challenge="http-01", server=None, **settings):
    settings = {
        "CA": server or place.directory,
        "BASEDIR": place.folder,
        "WELLKNOWN": place.challenges,
        "CHALLENGETYPE": challenge,
        "CONTACT_EMAIL": CONTACT,
        "KEY_ALGO": "prime256v1",
        "ACCOUNT_KEYSIZE": 2048,
        **settings,
    }
    config = place.folder / "config"
    config.write_text("".join(f'{name}="{value}"\n' for name, value in settings.items()))

    def dehydrated(*arguments, **options):
        return place.run("dehydrated", "--config", config, *arguments, timeout=120, **options)

    return dehydrated
