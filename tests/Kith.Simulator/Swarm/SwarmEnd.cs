using Kith.Protocol.Core;
using Kith.Protocol.Netstack;
using Kith.Protocol.Netstack.Tcp;
using Kith.Protocol.Wire;

namespace Kith.Simulator.Swarm;

/// <summary>One end of a stream. It takes note of events and acts when the application is called.</summary>
internal abstract class SwarmEnd(SwarmApplication application) : IStackOwner
{
    /// <summary>The first bytes of a stream: its number.</summary>
    public const int HeadBytes = 4;

    /// <summary>The bytes of the answer: how many came.</summary>
    public const int AnswerBytes = 4;

    /// <summary>The connection.</summary>
    public TcpConnection? Connection { get; set; }

    /// <summary>Why the connection is over, if it is.</summary>
    protected CloseReason Closed { get; private set; }

    /// <summary>Who it runs on.</summary>
    protected SwarmApplication Application { get; } = application;

    /// <inheritdoc/>
    public void HandleStackEvent(ClockReading now, in StackEvent stackEvent)
    {
        Connection = stackEvent.Connection;
        Closed = stackEvent.Kind == StackEventKind.Closed ? stackEvent.Reason : Closed;
        Application.Call(this);
    }

    /// <summary>Reads, writes, finishes and judges.</summary>
    public abstract void Work(ClockReading now);

    /// <summary>The program ends.</summary>
    public abstract void Gone();
}
