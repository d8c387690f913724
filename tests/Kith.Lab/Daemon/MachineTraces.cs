using Kith.Lab.Harness;

namespace Kith.Lab.Daemon;

/// <summary>What of a machine a node may change while it runs and must have put back when it is down.</summary>
internal static class MachineTraces
{
    private const string Look =
        "ip -o link | sed -E 's/^[0-9]+: //; s/ state [A-Z]+//'; ip -o addr | sed -E 's/^[0-9]+: //; s/(valid|preferred)_lft [^ ]+//g'; "
        + "ip -4 route show table all; ip -6 route show table all | sed -E 's/expires [^ ]+//'; ip -4 rule; ip -6 rule; nft list ruleset; "
        + "echo hosts; cat /etc/hosts; stat -c '%a %U %G' /etc/hosts; echo resolv; cat /etc/resolv.conf; ls -A /etc | sort; ss -lntup | tail -n +2 | sort";

    /// <summary>Everything at once, as text to compare.</summary>
    public static async Task<string> TakeAsync(LabHost host) => (await host.RunAsync(Look)).EnsureSuccess().Output;
}
