using Kith.Simulator.Net;

namespace Kith.Simulator.Swarm;

/// <summary>One stream between two nodes as the world sees it: the client sends so many bytes and finishes, the server answers with how many came, and finishes.</summary>
internal sealed class SwarmStream(int number, SimMachine client, SimMachine server, int length, bool isSlow, bool mustComplete)
{
    /// <summary>Its number, which it begins with.</summary>
    public int Number { get; } = number;

    /// <summary>Who opened it.</summary>
    public SimMachine Client { get; } = client;

    /// <summary>To whom.</summary>
    public SimMachine Server { get; } = server;

    /// <summary>Bytes that the client sends, the head included.</summary>
    public int Length { get; } = length;

    /// <summary>Whether the server reads slowly.</summary>
    public bool IsSlow { get; } = isSlow;

    /// <summary>Whether nothing excuses that it breaks.</summary>
    public bool MustComplete { get; } = mustComplete;

    /// <summary>How it stands at the client's end.</summary>
    public SwarmStreamFate ClientFate { get; set; }

    /// <summary>How it stands at the server's end; <see cref="SwarmStreamFate.Unknown"/> while it has not come there.</summary>
    public SwarmStreamFate ServerFate { get; set; } = SwarmStreamFate.Unknown;

    /// <summary>Whether nothing more will come of it.</summary>
    public bool IsOver => ClientFate != SwarmStreamFate.Open && ServerFate != SwarmStreamFate.Open;

    /// <inheritdoc/>
    public override string ToString() => $"stream {Number} of {Length} bytes from {Client} ({ClientFate}) to {Server} ({ServerFate})";
}
