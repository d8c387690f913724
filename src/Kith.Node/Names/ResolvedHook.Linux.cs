using System.Diagnostics;
using Kith.Protocol.Discovery.Dns;
using Kith.Protocol.Wire;

namespace Kith.Node.Names;

/// <summary>
/// Tells systemd-resolved, through its own tool, that names under our suffix and addresses of our networks are answered by this node, on the TUN
/// device's link. Everything hangs on the link, so that it goes with it even after a crash.
/// </summary>
/// <param name="link">The TUN device's name.</param>
/// <param name="tool">The tool, as found in the path; another one in tests.</param>
internal sealed class ResolvedHook(string link, string tool = "resolvectl") : INameHook
{
    /// <summary>The most domains given to one link: the reverse zones of many networks would be more than the resolver likes.</summary>
    public const int DomainsMax = 128;

    private static readonly TimeSpan ToolTime = TimeSpan.FromSeconds(3);

    private bool _applied;

    /// <inheritdoc/>
    public string Description => "systemd-resolved";

    /// <summary>Whether programs of this machine ask systemd-resolved, and it runs.</summary>
    public static bool IsInUse(string resolvConfPath = "/etc/resolv.conf", string nsswitchPath = "/etc/nsswitch.conf", string tool = "resolvectl")
    {
        bool isAsked = Mentions(resolvConfPath, "nameserver", "127.0.0.53") || Mentions(resolvConfPath, "nameserver", "127.0.0.54") || Mentions(nsswitchPath, "hosts:", "resolve");
        return isAsked && TryRun(tool, ["--no-pager", "dns"], out _);
    }

    /// <inheritdoc/>
    public void Apply(NameTable names, IReadOnlyList<InternetAddress> servers)
    {
        _applied = true;
        List<string> domains = [.. names.SearchDomains, $"~{names.Suffix}"];
        domains.AddRange(names.Prefixes.SelectMany(ReverseName.ZonesOf).Select(static zone => $"~{zone}"));
        Run(["dns", link, .. servers.Select(static server => server.ToString())]);
        Run(["domain", link, .. domains.Distinct().Take(DomainsMax)]);

        // Nobody else's questions come to us. Older tools do not know the command, and there the domains alone decide.
        TryRun(tool, ["default-route", link, "no"], out _);

        // The root is signed and has no such suffix, so a resolver that checks signatures would call our answers forged.
        TryRun(tool, ["dnssec", link, "no"], out _);
    }

    /// <inheritdoc/>
    public void Remove()
    {
        if (_applied)
        {
            // If the link is gone, what hung on it is gone too.
            TryRun(tool, ["revert", link], out _);
            _applied = false;
        }
    }

    private static bool Mentions(string path, string keyword, string word)
    {
        try
        {
            return File.ReadLines(path).Select(static line => line.Split('#')[0].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
                .Any(fields => fields.Length > 1 && fields[0] == keyword && fields.Skip(1).Contains(word));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Run(string[] arguments)
    {
        if (!TryRun(tool, arguments, out string complaint))
        {
            throw new IOException($"systemd-resolved did not take the names: {complaint}");
        }
    }

    private static bool TryRun(string tool, string[] arguments, out string complaint)
    {
        try
        {
            using Process process = new();
            process.StartInfo = new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
            process.Start();
            process.StandardInput.Close();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            Task<string> errors = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(ToolTime))
            {
                process.Kill();
                complaint = $"{tool} did not answer";
                return false;
            }

            Task.WaitAll(output, errors);
            complaint = errors.Result.Trim();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            complaint = exception.Message;
            return false;
        }
    }
}
