using Kith.Node.Control;

namespace Kith.Node;

/// <summary>The node of an application that called <c>AddKith</c>: for what is made before the node has started. Thread-safe.</summary>
public sealed class KithNodeSource
{
    private readonly TaskCompletionSource<KithNode> _node = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal KithNodeSource()
    {
    }

    /// <summary>Waits until the node has started.</summary>
    /// <exception cref="ControlException">It could not start, or was stopped before.</exception>
    public Task<KithNode> GetAsync(CancellationToken cancellationToken = default) => _node.Task.WaitAsync(cancellationToken);

    internal KithNode Current => _node.Task.IsCompletedSuccessfully
        ? _node.Task.Result
        : throw new InvalidOperationException("The node has not started yet. Take KithNodeSource and await GetAsync() where something runs before the host has started.");

    internal void Started(KithNode node) => _node.TrySetResult(node);

    internal void Failed(Exception failure)
    {
        _node.TrySetException(failure);
        _ = _node.Task.Exception;
    }
}
