using Kith.Apps.Copying;
using Kith.Apps.Proxying;

namespace Kith.Tests.Apps;

/// <summary>Connects to one server in memory, or fails as told.</summary>
internal sealed class FakeDialer : IProxyDialer
{
    private readonly MemoryEnd _near;

    public FakeDialer()
    {
        (_near, Server) = MemoryEnd.Pair();
    }

    /// <summary>The server's side.</summary>
    public MemoryEnd Server { get; }

    public Exception? Failure { get; init; }

    public List<ProxyDestination> Dialled { get; } = [];

    public ValueTask<IDuplexEnd> DialAsync(ProxyDestination destination, CancellationToken cancellationToken)
    {
        Dialled.Add(destination);
        return Failure is null ? ValueTask.FromResult<IDuplexEnd>(_near) : ValueTask.FromException<IDuplexEnd>(Failure);
    }
}
