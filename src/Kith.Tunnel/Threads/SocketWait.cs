namespace Kith.Tunnel.Threads;

/// <summary>Waits for any of several sockets. One thread waits; any thread wakes it.</summary>
internal abstract class SocketWait : IDisposable
{
    /// <summary>Waits until one of the sockets has something or somebody calls <see cref="Wake"/>; marks those that have. May return for nothing.</summary>
    public abstract void Wait(ReadOnlySpan<ExtraSocket> sockets, Span<bool> ready);

    /// <summary>Ends the present wait, or the next.</summary>
    public abstract void Wake();

    public abstract void Dispose();
}
