using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Tests.Netstack;

/// <summary>
/// Two stacks, a client and a server, joined by two simulated links under a virtual clock:
/// <code>
///   Client fd00::1 / 10.0.0.1  --ToServer-->  Server fd00::2 / 10.0.0.2
///                              &lt;--ToClient--
/// </code>
/// </summary>
internal sealed class StackPair
{
    public static readonly InternetAddress ClientV6 = Parse("fd00::1");
    public static readonly InternetAddress ServerV6 = Parse("fd00::2");
    public static readonly InternetAddress ClientV4 = Parse("10.0.0.1");
    public static readonly InternetAddress ServerV4 = Parse("10.0.0.2");

    private readonly byte[] _buffer = new byte[StackPacket.LengthMax];
    private readonly byte[] _piece = new byte[StackPacket.LengthMax];

    public StackPair(ulong seed = 1, NetworkStackOptions? client = null, NetworkStackOptions? server = null)
    {
        Random = new TestRandom(seed);
        ToServer = new TestLink(Random);
        ToClient = new TestLink(Random);
        Client = new NetworkStack(client ?? new NetworkStackOptions(), Random, ClientPorts);
        Server = new NetworkStack(server ?? new NetworkStackOptions(), Random, ServerPorts);
        Client.AddAddress(ClientV6);
        Client.AddAddress(ClientV4);
        Server.AddAddress(ServerV6);
        Server.AddAddress(ServerV4);
    }

    public TestRandom Random { get; }

    public NetworkStack Client { get; }

    public NetworkStack Server { get; }

    public LocalPorts ClientPorts { get; } = new();

    public LocalPorts ServerPorts { get; } = new();

    public TestLink ToServer { get; }

    public TestLink ToClient { get; }

    public Instant Now { get; private set; } = new(TimeSpan.FromHours(1).Ticks);

    public List<StackEvent> ClientEvents { get; } = [];

    public List<StackEvent> ServerEvents { get; } = [];

    /// <summary>Called for every event, after it was noted.</summary>
    public Action<StackEvent>? OnEvent { get; set; }

    /// <summary>Whether packets nobody knows are refused, as a node without a TUN device does.</summary>
    public bool Refuses { get; set; } = true;

    public static InternetAddress Parse(string text) => InternetAddress.TryParse(text, out InternetAddress address) ? address : throw new FormatException(text);

    /// <summary>Opens a connection and returns both its ends.</summary>
    public (TcpConnection Client, TcpConnection Server) Open(bool v4 = false, ushort port = 80)
    {
        TcpListener listener = Server.Listen(InternetAddress.None, port, 16);
        TcpConnection client = Client.Connect(Now, InternetAddress.None, new InternetEndpoint(v4 ? ServerV4 : ServerV6, port));
        RunUntil(() => ServerEvents.Any(e => e.Kind == StackEventKind.Accepted), TimeSpan.FromMinutes(2));
        listener.Close();
        return (client, ServerEvents.First(e => e.Kind == StackEventKind.Accepted).Connection!);
    }

    /// <summary>Moves packets that wait in the stacks onto the links and takes events, without letting time pass.</summary>
    public void Flush()
    {
        bool moved = true;
        while (moved)
        {
            moved = Drain(Client, ToServer) | Drain(Server, ToClient);
            moved |= Take(Client, ClientEvents) | Take(Server, ServerEvents);
        }
    }

    /// <summary>Lets the next thing happen that is due at or before <paramref name="until"/>; false when nothing is.</summary>
    public bool Step(Instant until)
    {
        Flush();
        Instant next = Instant.Min(Instant.Min(ToServer.NextArrival, ToClient.NextArrival), Instant.Min(Client.NextTimeout, Server.NextTimeout));
        if (next > until)
        {
            return false;
        }

        Now = Instant.Max(Now, next);
        while (ToServer.TryTake(Now, out byte[] packet))
        {
            Deliver(Server, packet);
        }

        while (ToClient.TryTake(Now, out byte[] packet))
        {
            Deliver(Client, packet);
        }

        Client.HandleTimeout(Now);
        Server.HandleTimeout(Now);
        Flush();
        return true;
    }

    public void Run(TimeSpan duration)
    {
        Instant end = Now + duration;
        while (Step(end))
        {
        }

        Now = end;
    }

    public void RunUntil(Func<bool> condition, TimeSpan most)
    {
        Instant end = Now + most;
        Flush();
        while (!condition())
        {
            if (!Step(end))
            {
                throw new TimeoutException($"Not after {most} of simulated time.");
            }
        }
    }

    /// <summary>Moves the clock without letting anything happen.</summary>
    public void Skip(TimeSpan duration) => Now += duration;

    private void Deliver(NetworkStack stack, byte[] packet)
    {
        if (!stack.HandlePacket(Now, packet) && Refuses)
        {
            stack.Refuse(Now, packet);
        }
    }

    private bool Drain(NetworkStack stack, TestLink link)
    {
        bool any = false;
        while (stack.TryGetPacket(Now, _buffer, out StackPacket packet))
        {
            any = true;
            for (int i = 0; i < LargeSegment.CountPieces(packet); i++)
            {
                int length = LargeSegment.WritePiece(_buffer.AsSpan(0, packet.Length), packet, i, _piece);
                link.Send(Now, _piece.AsSpan(0, length));
            }
        }

        return any;
    }

    private bool Take(NetworkStack stack, List<StackEvent> events)
    {
        bool any = false;
        while (stack.TryGetEvent(out StackEvent stackEvent))
        {
            any = true;
            events.Add(stackEvent);
            OnEvent?.Invoke(stackEvent);
        }

        return any;
    }
}
