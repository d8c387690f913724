using Kith.Tunnel.Linux;

namespace Kith.Tunnel.Threads;

/// <summary>Waits with poll, and an eventfd among the sockets. A socket that is closed meanwhile is a matter of <see cref="ExtraSocket"/>, which knows.</summary>
internal sealed unsafe class LinuxSocketWait : SocketWait
{
    private const int SocketsMax = 2 * ExtraSockets.CountMax;

    private readonly int _event;

    private LinuxSocketWait(int descriptor) => _event = descriptor;

    /// <exception cref="IOException">The system gives no more descriptors.</exception>
    public static LinuxSocketWait Open()
    {
        int descriptor = Libc.EventDescriptor(0, Libc.EfdCloexec | Libc.EfdNonblock);
        return descriptor < 0 ? throw new IOException($"eventfd: {Libc.Describe(Libc.Errno)}") : new LinuxSocketWait(descriptor);
    }

    public override void Wait(ReadOnlySpan<ExtraSocket> sockets, Span<bool> ready)
    {
        PollDescriptor* polled = stackalloc PollDescriptor[SocketsMax + 1];
        polled[0] = new PollDescriptor { Descriptor = _event, Events = Libc.Pollin };
        for (int i = 0; i < sockets.Length; i++)
        {
            polled[i + 1] = new PollDescriptor { Descriptor = ((LinuxDatagramSocket)sockets[i].Inner).Descriptor, Events = Libc.Pollin };
        }

        if (Libc.Poll(polled, (nuint)(sockets.Length + 1), -1) <= 0)
        {
            return;
        }

        if (polled[0].Returned != 0)
        {
            ulong count;
            _ = Libc.Read(_event, (byte*)&count, sizeof(ulong));
        }

        for (int i = 0; i < sockets.Length; i++)
        {
            ready[i] = polled[i + 1].Returned != 0;
        }
    }

    public override void Wake()
    {
        ulong one = 1;
        _ = Libc.Write(_event, (byte*)&one, sizeof(ulong));
    }

    public override void Dispose() => _ = Libc.Close(_event);
}
