using Kith.Protocol.Core;
using Kith.Protocol.Identity;
using Kith.Protocol.Membership;
using Kith.Protocol.Membership.Bodies;
using Kith.Protocol.Wire;

namespace Kith.Endurance;

/// <summary>
/// One whole node and very many members of its networks, every one let in by an invite. As one network has at most <see cref="MembershipLimits.MembersMax"/>, more are spread over several.
/// </summary>
internal sealed class Crowd : IDisposable
{
    private static readonly InternetEndpoint s_hubEndpoint = new(InternetAddress.FromV4(0x0A000001), ControlPort);
    private const ushort ControlPort = 5484;
    private readonly SeededRandom _random = new(20261121);
    private readonly NodeKey _hubKey;
    private readonly MemoryNodeStore _store = new();
    private readonly List<(byte[] Seed, MembershipLog Log, InternetEndpoint Endpoint)> _people = [];
    private readonly List<LightMember> _connected = [];

    /// <summary>Writes the networks' logs; nobody runs yet.</summary>
    public Crowd(int members)
    {
        _hubKey = NodeKey.Generate(_random);
        int networks = (members / (MembershipLimits.MembersMax - 1)) + 1;
        for (int i = 0; i < networks; i++)
        {
            WriteNetwork(i, (members * (i + 1) / networks) - (members * i / networks));
        }

        Wire = new Wire(Time);
    }

    /// <summary>Time in this world.</summary>
    public VirtualTime Time { get; } = new();

    /// <summary>What joins all.</summary>
    public Wire Wire { get; }

    /// <summary>The node that is looked at, once it runs.</summary>
    public NodeEnd? Hub { get; private set; }

    /// <summary>How many members there are beside it.</summary>
    public int Count => _people.Count;

    /// <summary>Networks they are in.</summary>
    public int Networks => _store.Networks.Count();

    /// <summary>Starts the node.</summary>
    public void StartHub()
    {
        NodeCore core = new(_hubKey, new NodeCoreOptions { DeviceName = "hub", Port = ControlPort, HasTun = true, UseLan = false }, _store, _random.Fork("hub"), Time.Reading);
        Hub = new NodeEnd(core, s_hubEndpoint, Time.Reading);
        Wire.Add(Hub);
    }

    /// <summary>Lets all members call the node, a few at a time, and waits until each has told and heard everything.</summary>
    public void ConnectAll()
    {
        foreach ((byte[] seed, MembershipLog log, InternetEndpoint endpoint) in _people)
        {
            LightMember member = new(NodeKey.FromSeed(seed), log, _hubKey.Id, s_hubEndpoint, endpoint, _random);
            _connected.Add(member);
            Wire.Add(member);
            member.Connect(Time.Reading);
            Wire.Serve(member);
            Wire.Run(TimeSpan.FromMilliseconds(10));
        }

        for (int i = 0; i < 60 && !_connected.TrueForAll(static member => member.IsInStep); i++)
        {
            Wire.Run(TimeSpan.FromSeconds(1));
        }

        int lagging = _connected.Count(static member => !member.IsInStep);
        EnduranceException.Unless(lagging == 0, $"{lagging} of {Count} members are not in step with the node a minute after the last one called");
    }

    /// <summary>How many members the node reaches.</summary>
    public int OnlineCount() => Hub!.Core.PathTables.Count(static peer => peer.Paths.Online);

    /// <summary>All members are gone without a word.</summary>
    public void VanishAll()
    {
        Wire.KeepOnly(Hub!);
        Wire.Serve(Hub!);
        _connected.ForEach(static member => member.Dispose());
        _connected.Clear();
        _connected.TrimExcess();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _connected.ForEach(static member => member.Dispose());
        Hub?.Dispose();
        _hubKey.Dispose();
    }

    private void WriteNetwork(int number, int members)
    {
        ClockReading now = Time.Reading;
        MembershipLog log = MembershipLog.Found(_hubKey, $"net{number}", "hub", VirtualAddress.RandomV4Prefix(_random), now.WallMilliseconds, _random, out _);
        using NodeKey invite = NodeKey.Generate(_random);
        log.Add(log.Author(_hubKey, new InviteBody(invite.Id, MemberRole.Member, (ushort)members, ulong.MaxValue), now.WallMilliseconds));
        byte[] seed = new byte[NodeKey.SeedBytes];
        for (int i = 0; i < members; i++)
        {
            using NodeKey key = NodeKey.Generate(_random);
            key.CopySeed(seed);
            log.Add(log.Author(key, JoinBody.Sign(invite, log.Id, key.Id, $"d{i}"), now.WallMilliseconds));
            _people.Add(([.. seed], log, new InternetEndpoint(InternetAddress.FromV4(0x0A000100 + (uint)_people.Count), ControlPort)));
        }

        EnduranceException.Unless(log.State.Members.Count == members + 1, $"{log.State.Members.Count - 1} of {members} were let in");
        _store.AppendStatements(log.Id, [.. log.Statements.Select(static statement => statement.Encoded)]);
    }
}
