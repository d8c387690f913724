using System.Diagnostics;

namespace Kith.Lab.Harness;

/// <summary>
/// One set of Linux namespaces (network, mounts, processes, host name), alive exactly as long as its first process.
/// That process reads from a pipe of ours and ends with it: when the test run dies, however it dies, the kernel ends every
/// process inside, and with the last of them the interfaces are gone. Nothing is ever named in /run/netns.
/// </summary>
internal sealed class LabNamespace : IDisposable
{
    private const string Ready = "lab-namespace-ready";

    private readonly Process _holder;

    /// <summary>Makes the namespaces and runs <paramref name="setUp"/> (bash, stops at the first failure) inside.</summary>
    public LabNamespace(string name, string setUp)
    {
        Name = name;

        // bash as first process also collects orphans, so that a daemon that ended does not linger as a zombie.
        string script = $"set -e\n{setUp}\necho {Ready}\nwhile read -r _; do :; done";
        _holder = LabCommand.Start(
            ["unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child", "--mount-proc", "bash", "-c", script]);
        string? line = _holder.StandardOutput.ReadLine();
        if (line != Ready)
        {
            string error = _holder.StandardError.ReadToEnd();
            _holder.Kill(entireProcessTree: true);
            throw new LabException($"cannot make namespace {name}: {line} {error}");
        }

        ProcessId = ProcessTree.FirstChildOf(_holder.Id) ?? throw new LabException($"namespace {name} has no first process");
    }

    /// <summary>The lab's name for it.</summary>
    public string Name { get; }

    /// <summary>The first process inside, numbered as the test run sees it.</summary>
    public int ProcessId { get; }

    /// <summary>The file that names the network namespace, for setns.</summary>
    public string NetworkPath => $"/proc/{ProcessId}/ns/net";

    /// <summary>The arguments that run a program inside all of the namespaces.</summary>
    public IReadOnlyList<string> Enter(params string[] arguments) =>
        ["nsenter", "--target", $"{ProcessId}", "--net", "--mount", "--uts", "--ipc", "--pid", "--wd=/", "--", .. arguments];

    /// <summary>Runs lines of `ip` commands against the network namespace, all in one process.</summary>
    public void Ip(params string[] lines) =>
        LabCommand.Run(["nsenter", "--target", $"{ProcessId}", "--net", "ip", "-batch", "-"], $"[{Name}] ip {string.Join("; ", lines)}", string.Join('\n', lines) + "\n");

    /// <summary>Runs any program against the network namespace, with the machine's own file system and process numbers.</summary>
    public LabResult RunOnNetwork(params string[] arguments) =>
        LabCommand.Run(["nsenter", "--target", $"{ProcessId}", "--net", .. arguments], $"[{Name}] {string.Join(' ', arguments)}");

    /// <summary>Loads nftables rules.</summary>
    public void Nft(string rules) =>
        LabCommand.Run(["nsenter", "--target", $"{ProcessId}", "--net", "nft", "-f", "-"], $"[{Name}] nft {rules}", rules);

    public void Dispose()
    {
        // Killing the first process kills all the others; unshare reports its death and ends.
        ProcessTree.Signal(ProcessId, LabSignal.Kill);
        if (!_holder.WaitForExit(TimeSpan.FromSeconds(5)))
        {
            _holder.Kill();
        }

        _holder.Dispose();
    }
}
