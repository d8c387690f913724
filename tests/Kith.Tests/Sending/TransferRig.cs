using System.Diagnostics;
using Kith.Apps.Sending;
using Kith.Apps.Sending.Incoming;
using Kith.Apps.Sending.Outgoing;

namespace Kith.Tests.Sending;

/// <summary>A sender and a receiver with a folder each, and streams in memory between them.</summary>
internal sealed class TransferRig : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("kith-send-");

    public TransferRig()
    {
        Directory.CreateDirectory(Source);
        Directory.CreateDirectory(Target);
        Options = new ReceiveOptions { Target = Target, AcceptAll = true, Once = true };
    }

    public string Source => Path.Combine(_root.FullName, "source");

    public string Target => Path.Combine(_root.FullName, "target");

    public MemoryNetwork Network { get; } = new();

    public Recorder Sent { get; } = new();

    public Recorder Received { get; } = new();

    public ReceiveOptions Options { get; set; }

    public IReceiveQuestions? Questions { get; set; }

    public string Write(string path, ReadOnlySpan<byte> content)
    {
        string full = Path.Combine(Source, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, content);
        return full;
    }

    public string WriteRandom(string path, int length, int seed = 1)
    {
        byte[] content = new byte[length];
        new Random(seed).NextBytes(content);
        return Write(path, content);
    }

    public byte[] Got(string path) => File.ReadAllBytes(Path.Combine(Target, path));

    public async Task<TransferTotals> TransferAsync(params string[] paths)
    {
        using CancellationTokenSource limit = new(Limit);
        Task<TransferTotals> receiving = ReceiveAsync(limit.Token);
        TransferTotals totals = await SendAsync(limit.Token, paths);
        await receiving.WaitAsync(limit.Token);
        return totals;
    }

    public Task<TransferTotals> ReceiveAsync(CancellationToken cancellationToken) =>
        new Receiver(Network, Options, Questions, Received).RunAsync(cancellationToken);

    public Task<TransferTotals> SendAsync(CancellationToken cancellationToken, params string[] paths) =>
        new Sender(Network, new SendOptions { Paths = [.. paths.Select(path => Path.Combine(Source, path))], Device = "nas", WaitMax = TimeSpan.FromMinutes(1) }, Sent)
            .RunAsync(cancellationToken);

    /// <summary>What lies in the target, hidden files too, relative and in order.</summary>
    public string[] Listing() =>
    [
        .. Directory.EnumerateFileSystemEntries(Target, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Select(path => Path.GetRelativePath(Target, path)).Order(StringComparer.Ordinal),
    ];

    public static string Shell(string command)
    {
        using Process process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }

    public void Dispose() => _root.Delete(recursive: true);
}
