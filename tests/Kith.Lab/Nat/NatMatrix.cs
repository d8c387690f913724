using System.Diagnostics;
using Kith.Lab.Daemon;
using Kith.Lab.Harness;

namespace Kith.Lab.Nat;

/// <summary>
/// Rows of the matrix on one Internet: for each row a device a-KIND, for each column a device b-KIND, and r, a member that is awake at a public
/// address. All are members before the first try; in a try only r, one a and one b run, and the routers have forgotten what was before.
/// </summary>
internal sealed class NatMatrix : IAsyncDisposable
{
    /// <summary>The kinds of the matrix.</summary>
    public static readonly IReadOnlyList<NatKind> Kinds = [NatKind.None, NatKind.FullCone, NatKind.PortRestricted, NatKind.Symmetric];

    private const string Member = "r";
    private static readonly TimeSpan ConnectLimit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan PingInterval = TimeSpan.FromMilliseconds(50);

    private readonly NatNetwork _network;

    private NatMatrix(NatNetwork network) => _network = network;

    /// <summary>The nodes that may not end up with a direct path: both ports random, so neither can be found.</summary>
    public static bool IsBeyondReach(NatKind a, NatKind b) => a == NatKind.Symmetric && b == NatKind.Symmetric;

    /// <summary>One side has a random port, and the other does not let in whom it has not sent to at that very port.</summary>
    public static bool IsHard(NatKind a, NatKind b) => (a, b) is (NatKind.Symmetric, NatKind.PortRestricted) or (NatKind.PortRestricted, NatKind.Symmetric);

    /// <summary>Builds the Internet and lets all devices join.</summary>
    public static async Task<NatMatrix> CreateAsync(params IReadOnlyList<NatKind> rows)
    {
        NatNetwork network = NatNetwork.Create();
        try
        {
            string[] devices = [.. rows.Select(kind => Name("a", kind)), .. Kinds.Select(kind => Name("b", kind))];
            network.AddPublic(Member);
            foreach ((string device, NatKind kind) in devices.Zip([.. rows, .. Kinds]))
            {
                network.AddHome(device, new NatOptions(kind));
            }

            await network.JoinAllAsync(Member, devices);
            await network.StopAsync(devices);
            return new NatMatrix(network);
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// One try: b is up and has met the public member; then a starts. Waits for a direct path as long as it is told, not at all where null.
    /// </summary>
    public async Task<NatTry> TryAsync(NatKind kindA, NatKind kindB, TimeSpan? directLimit)
    {
        (string nameA, string nameB) = (Name("a", kindA), Name("b", kindB));
        _network.Home(nameA).Nat?.Forget();
        _network.Home(nameB).Nat?.Forget();
        (KithHost a, KithHost b) = (_network[nameA], _network[nameB]);
        string address = (await b.UpAsync()).Network(NatNetwork.Name).Ipv6;
        await _network.UntilPathAsync(nameB, Member, ConnectLimit, "direct");
        try
        {
            Stopwatch start = Stopwatch.StartNew();
            await a.UpAsync();
            TimeSpan ready = start.Elapsed;
            DateTimeOffset zero = DateTimeOffset.UtcNow;
            using PingStream pings = new(a.Host, address, PingInterval);
            TimeSpan connected = await pings.FirstAsync(ConnectLimit) - zero;
            string firstPath = (await a.LookAtAsync(NatNetwork.Name, nameB))?.Path.Kind ?? "unknown";
            TimeSpan? direct = await DirectAsync(nameA, nameB, zero, directLimit);
            await _network.PingAsync(nameA, nameB);
            return new NatTry(ready, connected, firstPath, direct);
        }
        catch (LabException error)
        {
            throw new LabException($"{kindA} with {kindB}: {error.Message}\n{(await a.RunAsync("status")).Output}\n{(await b.RunAsync("status")).Output}");
        }
        finally
        {
            await _network.StopAsync(nameA, nameB);
        }
    }

    public ValueTask DisposeAsync() => _network.DisposeAsync();

    // Both must say so, and the core must see it: on a busy machine a node may have moved away again in between.
    private async Task<TimeSpan?> DirectAsync(string a, string b, DateTimeOffset zero, TimeSpan? limit)
    {
        while (limit is not null && DateTimeOffset.UtcNow - zero < limit)
        {
            TimeSpan elapsed = DateTimeOffset.UtcNow - zero;
            if (await _network.IsDirectAsync(a, b))
            {
                return elapsed;
            }

            await Task.Delay(PingInterval);
        }

        return null;
    }

    private static string Name(string side, NatKind kind) => $"{side}-{kind switch
    {
        NatKind.None => "none",
        NatKind.FullCone => "full",
        NatKind.PortRestricted => "port",
        NatKind.Symmetric => "symmetric",
        _ => throw new LabException($"{kind} is not in the matrix"),
    }}";
}
