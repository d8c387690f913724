namespace Kith.Tunnel.Interfaces;

/// <summary>What a system must be able to say about its interfaces.</summary>
internal abstract class InterfaceSource : IDisposable
{
    public abstract LocalNetwork Enumerate();

    public abstract void Dispose();
}
