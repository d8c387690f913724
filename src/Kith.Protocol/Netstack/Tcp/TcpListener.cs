using Kith.Protocol.Wire;

namespace Kith.Protocol.Netstack.Tcp;

/// <summary>
/// A local port that accepts TCP connections; made by <see cref="NetworkStack.Listen"/>. New connections come as
/// <see cref="StackEventKind.Accepted"/>. Same thread as its stack.
/// </summary>
public sealed class TcpListener
{
    private readonly NetworkStack _stack;

    internal TcpListener(NetworkStack stack, InternetAddress local, ushort port, int backlog)
    {
        _stack = stack;
        Local = local;
        Port = port;
        Backlog = backlog;
    }

    /// <summary>The local address, or none for all of the stack's.</summary>
    public InternetAddress Local { get; }

    /// <summary>The local port.</summary>
    public ushort Port { get; }

    /// <summary>How many connections may be half-open or wait for their event to be taken; SYNs beyond are dropped.</summary>
    public int Backlog { get; }

    /// <summary>Whether it still accepts.</summary>
    public bool IsOpen { get; internal set; } = true;

    /// <summary>Whatever the owner wants to find again.</summary>
    public object? Tag { get; set; }

    /// <summary>Connections that count against <see cref="Backlog"/> now.</summary>
    internal int Pending { get; set; }

    /// <summary>Stops accepting. Half-open connections are reset; accepted ones stay. Doing it twice is harmless.</summary>
    public void Close() => _stack.Close(this);
}
