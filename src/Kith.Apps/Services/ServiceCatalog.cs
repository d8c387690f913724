using System.Buffers;
using Kith.Node;
using Kith.Node.Control;

namespace Kith.Apps.Services;

/// <summary>Asks the members of a node's networks what they offer.</summary>
public static class ServiceCatalog
{
    /// <summary>Devices asked at once.</summary>
    public const int AskedAtOnceMax = 16;

    /// <summary>How long one device may take.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>What every other member offers to this device: one item for each, in order of their names, also for those that are offline or did not answer.</summary>
    /// <param name="node">Knows the members.</param>
    /// <param name="transport">Dials them.</param>
    /// <param name="network">One network only, by name or id; null for all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ControlException">The node does not answer, or there is no such network.</exception>
    public static async Task<IReadOnlyList<DeviceServices>> AskAllAsync(INodeControl node, IKithTransport transport, string? network, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(transport);
        IReadOnlyList<NetworkStatus> networks = await node.GetMembersAsync(network, cancellationToken).ConfigureAwait(false);
        using SemaphoreSlim places = new(AskedAtOnceMax);
        return await Task.WhenAll(networks.SelectMany(static network => network.Members
            .Where(static member => member.Path.Kind != PathKind.Self)
            .Select(member => (network, member)))
            .Select(async pair =>
            {
                await places.WaitAsync(cancellationToken).ConfigureAwait(false);
                try
                {
                    return await AskAsync(transport, pair.network, pair.member, cancellationToken).ConfigureAwait(false);
                }
                finally
                {
                    places.Release();
                }
            })).ConfigureAwait(false);
    }

    private static async Task<DeviceServices> AskAsync(IKithTransport transport, NetworkStatus network, MemberStatus member, CancellationToken cancellationToken)
    {
        DeviceServices answer = new($"{member.Name}.{network.Name}", member.Id, member.Ipv6, member.Online, []);
        if (!member.Online)
        {
            return answer;
        }

        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        try
        {
            // By address: the device is asked in this network, whichever others it shares with us.
            KithStream stream = await transport.DialAsync(member.Ipv6, ServiceList.Protocol, patience.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                byte[]? bytes = await ReadAsync(stream, patience.Token).ConfigureAwait(false);
                return bytes is not null && ServiceList.TryDecode(bytes, out ServiceList? list)
                    ? answer with { Services = list.Services }
                    : answer with { Problem = "its answer is not well formed" };
            }
        }
        catch (ControlException failure) when (failure.Error == ControlError.PortRefused)
        {
            return answer;
        }
        catch (ControlException failure)
        {
            return answer with { Online = failure.Error != ControlError.DeviceOffline, Problem = failure.Message };
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return answer with { Problem = "it did not answer in time" };
        }
    }

    private static async Task<byte[]?> ReadAsync(KithStream stream, CancellationToken cancellationToken)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(ServiceList.BytesMax + 1);
        try
        {
            int length = 0;
            while (length <= ServiceList.BytesMax)
            {
                int read = await stream.ReadAsync(buffer.AsMemory(length, ServiceList.BytesMax + 1 - length), cancellationToken).ConfigureAwait(false);
                if (read == 0)
                {
                    return buffer[..length];
                }

                length += read;
            }

            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
