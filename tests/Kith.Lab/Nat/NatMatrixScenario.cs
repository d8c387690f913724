using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>
/// Every kind of translator with every other one, real binaries:
/// <code>a ── router ── core ── router ── b,  and r, one more member, at the core</code>
/// Two Internets at once, each with half of the rows, so that the waiting of one is the working of the other.
/// </summary>
public sealed class NatMatrixScenario
{
    private static readonly TimeSpan ConnectedBound = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan EasyBound = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HardBound = TimeSpan.FromSeconds(45);

    /// <summary>How long an easy pair is watched.</summary>
    private static readonly TimeSpan EasyLimit = TimeSpan.FromSeconds(20);

    /// <summary>How long a hard pair is watched: some tries may take longer than the bound.</summary>
    private static readonly TimeSpan HardLimit = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task all_of_sixteen_pairs_connect_and_fifteen_become_direct()
    {
        ConcurrentDictionary<(NatKind A, NatKind B), IReadOnlyList<NatTry>> cells = [];
        await Task.WhenAll(RowsAsync(cells, NatKind.None, NatKind.PortRestricted), RowsAsync(cells, NatKind.FullCone, NatKind.Symmetric));
        string table = Table(cells);
        foreach (string line in table.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            LabReport.Measured($"{line}");
        }

        if (Environment.GetEnvironmentVariable("NAT_PAGE") is { Length: > 0 } page)
        {
            await File.WriteAllTextAsync(page, Page(table), TestContext.Current.CancellationToken);
        }

        Assert.Equal(16, cells.Count);
        string[] failures = [.. cells.SelectMany(cell => Failures(cell.Key.A, cell.Key.B, cell.Value))];
        Assert.True(failures.Length == 0, string.Join('\n', failures));
    }

    private static async Task RowsAsync(ConcurrentDictionary<(NatKind A, NatKind B), IReadOnlyList<NatTry>> cells, params NatKind[] rows)
    {
        await using NatMatrix matrix = await NatMatrix.CreateAsync(rows);
        foreach (NatKind a in rows)
        {
            foreach (NatKind b in NatMatrix.Kinds)
            {
                bool hard = NatMatrix.IsHard(a, b);
                TimeSpan? limit = NatMatrix.IsBeyondReach(a, b) ? null : hard ? HardLimit : EasyLimit;
                List<NatTry> tries = [];
                for (int count = LabSettings.Tries(hard ? 1 : 2); count > 0; count--)
                {
                    tries.Add(await matrix.TryAsync(a, b, limit));
                }

                cells[(a, b)] = tries;
            }
        }
    }

    private static IEnumerable<string> Failures(NatKind a, NatKind b, IReadOnlyList<NatTry> tries)
    {
        bool hard = NatMatrix.IsHard(a, b);
        TimeSpan bound = hard ? HardBound : EasyBound;

        // Nine of ten, as long as there are ten.
        int mayMiss = hard ? tries.Count / 10 : 0;
        if (tries.Any(one => one.Connected > ConnectedBound))
        {
            yield return $"{a} with {b}: not connected within {ConnectedBound.TotalSeconds} s: {string.Join(", ", tries)}";
        }

        if (!NatMatrix.IsBeyondReach(a, b) && tries.Count(one => one.Direct is null || one.Direct > bound) > mayMiss)
        {
            yield return $"{a} with {b}: not direct within {bound.TotalSeconds} s: {string.Join(", ", tries)}";
        }
    }

    private static string Table(ConcurrentDictionary<(NatKind A, NatKind B), IReadOnlyList<NatTry>> cells)
    {
        StringBuilder table = new();
        table.AppendLine(CultureInfo.InvariantCulture, $"| a \\ b | {string.Join(" | ", NatMatrix.Kinds.Select(Words))} |");
        table.AppendLine(CultureInfo.InvariantCulture, $"|---|{string.Concat(NatMatrix.Kinds.Select(_ => "---|"))}");
        foreach (NatKind a in NatMatrix.Kinds)
        {
            table.AppendLine(CultureInfo.InvariantCulture, $"| **{Words(a)}** | {string.Join(" | ", NatMatrix.Kinds.Select(b => Cell(cells[(a, b)])))} |");
        }

        return table.ToString();
    }

    private static string Cell(IReadOnlyList<NatTry> tries)
    {
        TimeSpan[] direct = [.. tries.Select(one => one.Direct).OfType<TimeSpan>().Order()];
        string connected = Range([.. tries.Select(one => one.Connected).Order()]);
        return direct.Length == 0 ? $"connected {connected}; relayed" : $"connected {connected}; direct {direct.Length} of {tries.Count}, {Range(direct)}";
    }

    private static string Range(TimeSpan[] sorted) => string.Create(
        CultureInfo.InvariantCulture,
        $"{sorted[(sorted.Length - 1) / 2].TotalSeconds:0.00} s (at most {sorted[^1].TotalSeconds:0.00})");

    private static string Words(NatKind kind) => kind switch
    {
        NatKind.None => "none",
        NatKind.FullCone => "full cone",
        NatKind.PortRestricted => "port-restricted",
        _ => "symmetric",
    };

    private static string Page(string table) => $"""
        # Through NAT

        Written by `bench/nat` on {DateTimeOffset.UtcNow:yyyy-MM-dd}: Linux {Environment.OSVersion.Version.ToString(2)}, {Environment.ProcessorCount} cores.
        Two devices, each behind a router of its own that translates with nftables rules of the kind named, a core router between them, and one more
        member awake at a public address of it. Both devices are members already. b runs; a is started; the clock starts when a's `kith up` is ready. *Connected*: the first
        answer to an ordinary ping, whatever way it took. *Direct*: both nodes say that their packets go straight to the other. The median of {LabSettings.Tries(0)} tries, and the longest.
        The kinds are proven apart from Kith by `NatKindTests`: what a mapping looks like from four endpoints of two machines, and from where it can be entered.

        {table.TrimEnd()}

        To hold: connected within {ConnectedBound.TotalSeconds} s always; direct within {EasyBound.TotalSeconds} s, port-restricted with symmetric within {HardBound.TotalSeconds} s in at least
        nine of ten tries; symmetric with symmetric stays on the relay.

        """;
}
