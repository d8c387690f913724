using System.Globalization;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;
using Kith.Lab.Scenarios;

namespace Kith.Lab.Apps;

/// <summary>Nodes of ordinary users on one switch, members of `home`: no TUN device, no names in the hosts file, no right.</summary>
internal sealed class AppLab : IAsyncDisposable
{
    /// <summary>How long anything may take that is no wait by itself, on a machine that is busy with other things.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);

    private readonly LanTopology _topology;

    private AppLab(LanTopology topology) => _topology = topology;

    public KithHost this[string name] => _topology[name];

    /// <summary>Makes the hosts; each sees all others online.</summary>
    public static async Task<AppLab> CreateAsync(params string[] names)
    {
        AppLab lab = new(LanTopology.Create());
        try
        {
            foreach (string name in names)
            {
                lab._topology.Add(name, asUser: true);
            }

            const string Quiet = "--no-dht --no-stun --no-port-mapping";
            await lab[names[0]].UpAsync($"--name {names[0]} {Quiet}");
            string invite = await lab[names[0]].InviteAsync($"--uses {names.Length}");
            await Task.WhenAll(names.Skip(1).Select(name => lab[name].UpAsync($"--name {name} {Quiet} --join {invite}")));
            foreach (string name in names)
            {
                await lab[name].UntilOnlineAsync("home", names);
            }

            return lab;
        }
        catch
        {
            await lab.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a script as the host's ordinary user; `kith` is in its path.</summary>
    public static async Task<LabResult> ScriptAsync(KithHost at, string script, TimeSpan? limit = null)
    {
        string path = $"{LabHost.UserHome}/script-{Guid.NewGuid():N}";
        await at.Host.WriteFileAsync(path, $"PATH=/run/lab/bin:$PATH; cd {LabHost.UserHome}; {script}\n");
        return await at.Host.RunAsync($"{LabHost.AsUser}sh {path}", limit ?? Limit);
    }

    /// <summary>Starts a command of the program that stays.</summary>
    public static LabProcess Start(KithHost at, string arguments) => at.Host.Start(at.Command(arguments));

    /// <summary>Runs a command of the program that must fail: its exit code, and one clear line (and what to do next).</summary>
    public static async Task ExpectAsync(KithHost at, string arguments, int code, string line)
    {
        LabResult result = await at.Host.RunAsync($"{at.Command(arguments)} < /dev/null", Limit);
        Assert.True(result.ExitCode == code, string.Create(CultureInfo.InvariantCulture, $"{arguments}: expected {code}\n{result}"));
        string[] lines = result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.StartsWith($"kith: {line}", lines[0], StringComparison.Ordinal);
        Assert.InRange(lines.Length, 1, 2);
    }

    public ValueTask DisposeAsync() => _topology.DisposeAsync();
}
