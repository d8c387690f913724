using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Apps;

/// <summary>What people run on a home server, each listening on 127.0.0.1 alone and exposed by a node that has no rights: ssh, a web page, HTTP/2, PostgreSQL, Redis; and a git repository.</summary>
internal static class NasServers
{
    /// <summary>Programs that must be installed.</summary>
    public static readonly string[] Tools = ["ssh", "sshd", "ssh-keygen", "rsync", "git", "curl", "psql", "pg_lsclusters", "redis-server", "redis-cli", "nghttpd", "openssl", "setpriv", "socat"];

    /// <summary>A page that only a browser makes whole.</summary>
    private const string Page = "<p id=x></p><script>document.getElementById('x').textContent='made-by-'+(40+2)</script>";

    /// <summary>Starts all of them and returns when they listen and are exposed.</summary>
    /// <param name="nas">The server.</param>
    /// <param name="authorized">The public key that may log in as root.</param>
    public static async Task StartAsync(KithHost nas, string authorized)
    {
        LabHost host = nas.Host;
        await host.WriteFileAsync("/run/authorized", authorized);
        await host.WriteFileAsync(
            "/run/sshd.conf",
            "ListenAddress 127.0.0.1\nHostKey /run/hostkey\nAuthorizedKeysFile /run/authorized\nStrictModes no\nUsePAM no\nPermitRootLogin yes\nPidFile none\nUseDNS no\n");
        await host.WriteFileAsync("/run/response", $"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {Page.Length}\r\nConnection: close\r\n\r\n{Page}");
        string[] preparations =
        [
            "mkdir -p /run/sshd && chmod 600 /run/authorized && ssh-keygen -q -t ed25519 -N '' -f /run/hostkey",
            "openssl req -x509 -newkey rsa:2048 -nodes -keyout /run/tls.key -out /run/tls.crt -subj /CN=nas -days 2 2>/dev/null && mkdir -p /run/www && echo over-http-2 > /run/www/index.html",
            "install -d -o postgres -g postgres -m 700 /run/pg && PATH=$PATH:$(echo /usr/lib/postgresql/*/bin) && cd /run/pg && setpriv --reuid postgres --regid postgres --clear-groups initdb -D /run/pg -A trust --no-sync --locale=C",
            "git init -q -b main /run/repo && cd /run/repo && head -c 300000 /dev/urandom > blob && git add blob && git -c user.name=a -c user.email=a@b commit -q -m first",
        ];
        foreach (LabResult result in await Task.WhenAll(preparations.Select(line => host.RunAsync(line, AppLab.Limit))))
        {
            result.EnsureSuccess();
        }

        host.Start("/usr/sbin/sshd -D -e -f /run/sshd.conf");
        host.Start("socat TCP4-LISTEN:8080,bind=127.0.0.1,reuseaddr,fork SYSTEM:'sed /^.$/q > /dev/null; cat /run/response'");
        host.Start("nghttpd --address=127.0.0.1 -d /run/www 8443 /run/tls.key /run/tls.crt");
        host.Start("setpriv --reuid postgres --regid postgres --clear-groups sh -c 'PATH=$PATH:$(echo /usr/lib/postgresql/*/bin); exec postgres -D /run/pg -k /run/pg -h 127.0.0.1 -F'");
        host.Start("redis-server --port 6379 --bind 127.0.0.1 --save '' --dir /run");
        await LabWait.UntilSucceedsAsync(host, "for port in 22 8080 8443 5432 6379; do ss -ltn | grep -q \":$port \" || exit 1; done", AppLab.Limit);
        foreach (string service in (string[])["22 --as ssh", "8080 --as web", "8443 --as h2", "5432 --as db", "6379 --as redis"])
        {
            (await nas.RunAsync($"expose {service}")).EnsureSuccess();
        }
    }
}
