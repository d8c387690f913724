using Kith.Node.Control;
using Microsoft.Extensions.Logging;

namespace Kith.Tests.Cli;

/// <summary>Starts <see cref="FakeNode"/>s, or fails as told.</summary>
internal sealed class FakeHost : INodeHost
{
    public FakeNode Node { get; } = new();

    public Exception? Failure { get; set; }

    public NodeStartOptions? Options { get; private set; }

    public Task<INodeControl> StartAsync(NodeStartOptions options, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        Options = options;
        return Failure is null ? Task.FromResult<INodeControl>(Node) : Task.FromException<INodeControl>(Failure);
    }
}
