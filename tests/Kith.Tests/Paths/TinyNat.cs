using Kith.Protocol.Paths;
using Kith.Protocol.Paths.Nat;
using Kith.Protocol.Wire;

namespace Kith.Tests.Paths;

/// <summary>A translator reduced to two tables: which outside port stands for whom, and who may send to it. Nothing ever expires.</summary>
internal sealed class TinyNat(TinyNatKind kind, InternetAddress outside, RandomSource random)
{
    public const int Step = 2;

    private readonly Dictionary<(uint Socket, InternetEndpoint To), ushort> _ports = [];
    private readonly Dictionary<ushort, uint> _sockets = [];
    private readonly HashSet<(ushort Port, InternetEndpoint From)> _open = [];
    private int _nextPort = 20_000;

    public TinyNatKind Kind => kind;

    public InternetAddress Outside => outside;

    /// <summary>The most mappings there were.</summary>
    public int Mappings => _ports.Count;

    public InternetEndpoint? Newest { get; private set; }

    public NatReport Report => new()
    {
        Mapping = kind switch
        {
            TinyNatKind.None => NatClass.None,
            TinyNatKind.Stepping => NatClass.Stepping,
            TinyNatKind.Symmetric => NatClass.Hard,
            _ => NatClass.Easy,
        },
        Step = kind == TinyNatKind.Stepping ? Step : 0,
        OutsideV4 = Newest,
    };

    /// <summary>A packet leaves; where it seems to come from.</summary>
    public InternetEndpoint Translate(uint socket, InternetEndpoint to)
    {
        to = to with { Scope = 0 };
        bool isIndependent = kind is not (TinyNatKind.Stepping or TinyNatKind.Symmetric);
        (uint, InternetEndpoint) key = (socket, isIndependent ? default : to);
        if (!_ports.TryGetValue(key, out ushort port))
        {
            port = Allocate(socket);
            _ports[key] = port;
            _sockets[port] = socket;
        }

        _open.Add((port, kind == TinyNatKind.AddressRestricted ? to with { Port = 0 } : to));
        Newest = new InternetEndpoint(outside, port);
        return Newest.Value;
    }

    /// <summary>The translator was restarted.</summary>
    public void Forget()
    {
        _ports.Clear();
        _sockets.Clear();
        _open.Clear();
    }

    /// <summary>A packet arrives; null if it is not let in.</summary>
    public uint? Admit(ushort port, InternetEndpoint source)
    {
        if (!_sockets.TryGetValue(port, out uint socket))
        {
            return null;
        }

        bool isOpen = kind switch
        {
            TinyNatKind.None or TinyNatKind.FullCone => true,
            TinyNatKind.AddressRestricted => _open.Contains((port, source with { Port = 0 })),
            _ => _open.Contains((port, source)),
        };
        return isOpen ? socket : null;
    }

    private ushort Allocate(uint socket)
    {
        if (kind == TinyNatKind.None)
        {
            return (ushort)(5484 + socket);
        }

        ushort port;
        do
        {
            port = (ushort)(kind == TinyNatKind.Stepping ? _nextPort += Step : 1024 + random.NextBelow(64512));
        }
        while (_sockets.ContainsKey(port));
        return port;
    }
}

/// <summary>How a <see cref="TinyNat"/> maps and filters.</summary>
public enum TinyNatKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>One outside port, open to all.</summary>
    FullCone,

    /// <summary>One outside port, open to addresses that were sent to.</summary>
    AddressRestricted,

    /// <summary>One outside port, open to endpoints that were sent to.</summary>
    PortRestricted,

    /// <summary>A port for each destination, each a step from the last.</summary>
    Stepping,

    /// <summary>A random port for each destination.</summary>
    Symmetric,
}
