using Kith.Node.Control;

namespace Kith.Apps.Targets;

/// <summary>Knows the devices of this node's networks, asked for at most once a second. Thread-safe.</summary>
internal sealed class DeviceBook
{
    /// <summary>The suffix that belongs to Kith alone.</summary>
    public const string Suffix = ".kith";

    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private readonly INodeControl _node;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private Task<IReadOnlyList<NetworkStatus>>? _asked;
    private long _askedAt;

    /// <summary>Makes a book over a node.</summary>
    public DeviceBook(INodeControl node, TimeProvider? clock = null)
    {
        _node = node;
        _clock = clock ?? TimeProvider.System;
    }

    /// <summary>Whether a name or address is one of the network's: it ends with <see cref="Suffix"/>, or a device is called so.</summary>
    /// <exception cref="ControlException">The node does not answer.</exception>
    public async ValueTask<bool> OwnsAsync(string host, CancellationToken cancellationToken)
    {
        string name = host.TrimEnd('.');
        if (name.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase))
        {
            return true;
        }

        try
        {
            DeviceLookup.Find(await NetworksAsync(cancellationToken).ConfigureAwait(false), name);
            return true;
        }
        catch (ControlException failure) when (failure.Error == ControlError.UnknownDevice)
        {
            return false;
        }
        catch (ControlException failure) when (failure.Error == ControlError.AmbiguousDevice)
        {
            return true;
        }
    }

    /// <summary>The networks and their members.</summary>
    /// <exception cref="ControlException">The node does not answer.</exception>
    public Task<IReadOnlyList<NetworkStatus>> NetworksAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_asked is null || _asked.IsFaulted || _clock.GetElapsedTime(_askedAt) > Freshness)
            {
                _asked = _node.GetMembersAsync(null, CancellationToken.None);
                _askedAt = _clock.GetTimestamp();
            }

            return _asked.WaitAsync(cancellationToken);
        }
    }
}
